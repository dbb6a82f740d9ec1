export { CAPTCHA_GATES, CAPTCHA_HEADER, siteVerify } from "@plinth/auth";
export { plainText } from "../kernel/plain-text.ts";
export { requireAllowedDomain } from "./allowed-domains.ts";
export { assignRoles, assignRolesSchema } from "./assign-roles.ts";
export { authOf, requireWithinAddressLimit } from "./auth.ts";
export {
  type AuthProvider,
  changeProvider,
  createProvider,
  deleteProvider,
  listProviders,
  showProvider,
} from "./auth-providers.ts";
export { ACCESS, type AccessName, type Callers, callerCheck } from "./callers.ts";
export { asksForCaptcha } from "./captcha.ts";
export { clientAddress, clientNetwork } from "./client-address.ts";
export { type Credentials, NO_CREDENTIALS, readCredentials } from "./credentials.ts";
export { requireFreshSession } from "./fresh-session.ts";
export { requireAccount } from "./guards.ts";
export { rotateHookSecret } from "./hooks/secrets.ts";
export { type Impersonation, impersonate, impersonateSchema } from "./impersonation.ts";
export type { IncomingRequest, PoolRequest } from "./incoming-request.ts";
export * from "./invitations.ts";
export { KEY_PREFIXES } from "./key-format.ts";
export {
  type ApiKey,
  createKey,
  createKeySchema,
  everyKey,
  KEY_KINDS,
  listKeys,
  revokeKey,
  rotateKey,
  rotateKeySchema,
} from "./keys.ts";
export { type LinkedAccount, listLinkedAccounts, unlinkAccount } from "./linked-accounts.ts";
export { describePrincipal, type Me } from "./me.ts";
export {
  inviteOperator,
  inviteOperatorSchema,
  listOperatorInvitations,
  type OperatorInvitation,
  revokeOperatorInvitation,
} from "./member-invitations.ts";
export {
  changeWorkspaceMember,
  changeWorkspaceMemberSchema,
  listWorkspaceMembers,
  removeWorkspaceMember,
  type WorkspaceMember,
} from "./members.ts";
export { finishOAuth, type OfferedProvider, offeredProviders, startLink, startOAuth } from "./oauth.ts";
export {
  amongOperators,
  changeAmongOperators,
  changeOperator,
  changeOperatorSchema,
  createOperator,
  createOperatorSchema,
  listOperators,
  type Operator,
} from "./operators.ts";
export { type OwnAccount, ownAccount } from "./own-account.ts";
export type { CursorPage, PageQuery } from "./paging.ts";
export { deletePasskey, listPasskeys, type Passkey, renamePasskey } from "./passkeys.ts";
export { phoneNumber, removePhone } from "./phone.ts";
export { type CallerRequest, namedPoolOf, poolOf, resolvePrincipal } from "./principal.ts";
export { changeProviderSchema, createProviderSchema } from "./provider-input.ts";
export { callbackUrl, type PublicAddress, publicAddress } from "./public-address.ts";
export { resetUserSecondFactor } from "./reset-second-factor.ts";
export * from "./roles.ts";
export { inspectDatabase, noticeNewSecret, resetSecondFactor } from "./secret-check.ts";
export { listSessions, revokeOtherSessions, revokeSession, type Session } from "./sessions.ts";
export {
  type AuthSettings,
  admittingSection,
  authSettingsOf,
  changeAuthSettings,
  changeAuthSettingsSchema,
  showAuthSettings,
} from "./settings/auth-settings.ts";
export { SECTIONS as AUTH_SETTINGS_SECTIONS } from "./settings/sections.ts";
export {
  hasOperator,
  isLocal,
  maySetUp,
  type SignUpAttempt,
  setupLink,
} from "./setup.ts";
export { shownCallerId } from "./shown-caller.ts";
export { type ShownInvitation, showInvitation } from "./shown-invitation.ts";
export { changePassword, proveAgain, signIn, signInByProof } from "./sign-in.ts";
export { signUp } from "./sign-up.ts";
export type { Identity } from "./state.ts";
export {
  type Agreement,
  agreementsOf,
  agreeSchema,
  agreeToTerms,
  listAgreements,
  type OwnTerms,
  ownTerms,
  termsDue,
} from "./terms.ts";
export { renewTokens, revokeTokens, type Tokens, tokensOfCaller, tokensOfSession } from "./tokens/refresh-tokens.ts";
export {
  createSigningKey,
  createSigningKeySchema,
  deleteSigningKey,
  listSigningKeys,
  rotateSigningKeys,
} from "./tokens/signing-key-admin.ts";
export { publicKeys } from "./tokens/signing-keys.ts";
export {
  createTrustedIssuer,
  createTrustedIssuerSchema,
  deleteTrustedIssuer,
  listTrustedIssuers,
} from "./tokens/trusted-issuers.ts";
export { updateUser, updateUserSchema } from "./update-user.ts";
export {
  blockUser,
  createUser,
  createUserSchema,
  emailAddress,
  imageUrl,
  newPassword,
  signOutUser,
  unblockUser,
} from "./user-admin.ts";
export { userPrincipal } from "./user-principal.ts";
export { listUsers, type User } from "./users.ts";
export { viewAs } from "./view-as.ts";
export { workspaceHostOf } from "./workspace-hosts.ts";
export {
  createWorkspace,
  createWorkspaceSchema,
  listWorkspaces,
  requireRoleIn,
  WORKSPACE_STATES,
  type Workspace,
  workspaceNameOf,
  workspaceSlugOf,
} from "./workspaces.ts";
