/**
 * Plinth's client: accounts, sessions and streams, for browsers, Bun, Node, Deno, Workers and React Native.
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
export { type Client, createClient } from "./client.ts";
export type { ItemEvent, ItemHandler } from "./items.ts";
export type { LiveHandler, LiveQuery, Op } from "./live.ts";
export type { Page, PageOptions } from "./page.ts";
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
