export { plainText } from "../kernel/plain-text.ts";
export { authOf } from "./auth.ts";
export { clientAddress, clientNetwork } from "./client-address.ts";
export { type Credentials, NO_CREDENTIALS, readCredentials } from "./credentials.ts";
export { requireAdmin, requireOperator, requireUser } from "./guards.ts";
export * from "./keys.ts";
export { describePrincipal, type Me } from "./me.ts";
export { resolvePrincipal } from "./principal.ts";
export * from "./roles.ts";
export { userPrincipal } from "./session-identity.ts";
export { hasOperator, type IncomingRequest, isLocal, maySetUp, setupLink } from "./setup.ts";
export { signUp } from "./sign-up.ts";
export type { Identity } from "./state.ts";
export { assignRoles, assignRolesSchema, listUsers, type User } from "./users.ts";
export {
  createWorkspace,
  createWorkspaceSchema,
  listWorkspaces,
  type Workspace,
  workspaceSlugOf,
} from "./workspaces.ts";
