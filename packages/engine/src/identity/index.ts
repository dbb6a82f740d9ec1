export { plainText } from "../kernel/plain-text.ts";
export { authOf } from "./auth.ts";
export { clientAddress, clientNetwork } from "./client-address.ts";
export { type Credentials, NO_CREDENTIALS, readCredentials } from "./credentials.ts";
export { requireAdmin, requireOperator, requireUser } from "./guards.ts";
export * from "./invitations.ts";
export * from "./keys.ts";
export { describePrincipal, type Me } from "./me.ts";
export { amongOperators, createOperator, createOperatorSchema, describeOperator, type Operator } from "./operators.ts";
export { type CallerRequest, poolOf, resolvePrincipal } from "./principal.ts";
export * from "./roles.ts";
export { userPrincipal } from "./session-identity.ts";
export { listSessions, revokeOtherSessions, revokeSession, type Session } from "./sessions.ts";
export { hasOperator, type IncomingRequest, isLocal, maySetUp, type SignUpAttempt, setupLink } from "./setup.ts";
export { changePassword, signIn } from "./sign-in.ts";
export { signUp } from "./sign-up.ts";
export type { Identity } from "./state.ts";
export {
  blockUser,
  createUser,
  createUserSchema,
  emailAddress,
  newPassword,
  signOutUser,
  unblockUser,
} from "./user-admin.ts";
export { assignRoles, assignRolesSchema, listUsers, type User } from "./users.ts";
export {
  createWorkspace,
  createWorkspaceSchema,
  listWorkspaces,
  type Workspace,
  workspaceSlugOf,
} from "./workspaces.ts";
