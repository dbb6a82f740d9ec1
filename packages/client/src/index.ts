/**
 * Plinth's client: items, streams, accounts and sessions, for browsers, Bun, Node, Deno, Workers and React Native.
 *
 * @module
 */

export type { AccountFlow, AccountRemoval, Me, Terms } from "./auth/account.ts";
export type { AnonymousFlow } from "./auth/anonymous.ts";
export type { Auth } from "./auth/auth.ts";
export type { EmailCodeFlow, EmailFlow, MagicLinkFlow } from "./auth/email.ts";
export type {
  ActiveOrganization,
  InvitationSecrets,
  NewOrganizationInvitation,
  Organization,
  OrganizationInvitation,
  OrganizationMember,
  OrganizationRole,
  OrganizationsFlow,
  Team,
  TeamMember,
} from "./auth/organizations.ts";
export type { Passkey, PasskeysFlow } from "./auth/passkeys.ts";
export type { NewAccount, PasswordChange, PasswordFlow, PasswordSignIn } from "./auth/password.ts";
export type { PhoneCode, PhoneFlow } from "./auth/phone.ts";
export type { LinkedAccount, Provider, ProviderRequest, ProviderSignIn, ProvidersFlow } from "./auth/providers.ts";
export type { NewSecondFactor, PasswordOption, SecondFactorFlow, StepUp } from "./auth/second-factor.ts";
export type { DeviceSession, SessionsFlow } from "./auth/sessions.ts";
export type {
  EmailUnverified,
  SecondFactorRequired,
  SignedIn,
  SignInResult,
  SignUpResult,
  TrustOption,
} from "./auth/sign-in-result.ts";
export type {
  AuthEvent,
  AuthHandler,
  AuthSession,
  AuthUser,
  CallbackOption,
  CaptchaOption,
  Status,
} from "./auth/types.ts";
export type {
  Changes,
  ChangingRequest,
  ChangingRequestFilter,
  ItemVersionTarget,
  RequestChange,
  UndoConflict,
  UndoCounts,
  UndoOptions,
  UndoResult,
  UndoTarget,
} from "./changes/changes.ts";
export { type Client, createClient, type View } from "./client.ts";
export type { FunctionCallOptions, Functions } from "./functions.ts";
export {
  type Graphql,
  type GraphqlError,
  type ParsedDocument,
  PlinthGraphqlError,
  type TypedDocument,
} from "./graphql.ts";
export type { Batch, BatchItems, BatchResults, Guard, Operation, Reference } from "./items/batch.ts";
export type { ItemHistory, ItemHistoryPage, ItemVersion } from "./items/history.ts";
export type { Items } from "./items/items.ts";
export type { Job, JobState, NewJob } from "./items/job.ts";
export type { LiveHandler, LiveList, LiveQuery, Op } from "./items/live.ts";
export type { AggregateQuery, ItemPage, ItemQuery } from "./items/query.ts";
/** `jsonIn` and `requester` are for the package's other modules. */
export { jsonIn, type RequestOptions, requester, type WriteOptions } from "./items/request.ts";
export type { ItemEvent, ItemHandler, ItemOptions } from "./items/subscribe.ts";
export type { ExportOptions, FileFormat, ImportOptions, ImportReport } from "./items/transfer.ts";
export type {
  BulkDelete,
  BulkOptions,
  BulkUpdate,
  ChangeOptions,
  Upserted,
  UpsertedMany,
  UpsertOptions,
  UpsertResult,
  UpsertRow,
} from "./items/writes.ts";
export type { Page, PageOptions } from "./page.ts";
export type { RequestContent } from "./request.ts";
export type {
  AnySchema,
  Checked,
  Field,
  Filter,
  Many,
  NewRow,
  One,
  Override,
  Patch,
  Query,
  ReadOptions,
  Result,
  Row,
  Slug,
} from "./schema/index.ts";
export { createTokens, type TokenOptions, type TokenPair, type TokenStore, type Tokens } from "./tokens.ts";
export {
  type ClientOptions,
  type KeyValueStorage,
  PlinthClientError,
  type State,
  type Subscription,
  type WebAuthn,
  type WebAuthnJson,
} from "./types.ts";
