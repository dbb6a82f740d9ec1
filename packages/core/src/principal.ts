export type PrincipalKind = "anonymous" | "user" | "key";

/** The caller, and its workspace. Every cache entry and row is keyed by `workspaceId`. */
export interface Principal {
  readonly kind: PrincipalKind;
  readonly workspaceId: string;
  /** The user's or the key's id; absent for anonymous. */
  readonly id?: string;
  readonly email?: string;
  /** Names of roles, always including `public`. */
  readonly roles: readonly string[];
  /** Full rights in the workspace: no rule is evaluated. */
  readonly bypass: boolean;
  /** An account of the operators, who run the server: may manage workspaces, and act in any of them. */
  readonly operator: boolean;
}

/** The workspace of a request that names none. It grants no right over the others. */
export const DEFAULT_WORKSPACE_ID = "00000000-0000-7000-8000-000000000001";
export const DEFAULT_WORKSPACE_SLUG = "default";

/**
 * The pool of the operators' accounts. Its row stands among the workspaces, because every row of an account refers to
 * one; no request can name it and no list shows it.
 */
export const OPERATORS_POOL_ID = "00000000-0000-7000-8000-000000000002";
export const OPERATORS_POOL_SLUG = "$operators";

export const ROLE_PUBLIC = "public";
export const ROLE_AUTHENTICATED = "authenticated";
export const ROLE_ADMIN = "admin";
export const SYSTEM_ROLES: readonly string[] = [ROLE_PUBLIC, ROLE_AUTHENTICATED, ROLE_ADMIN];

export function anonymous(workspaceId: string): Principal {
  return { kind: "anonymous", workspaceId, roles: [ROLE_PUBLIC], bypass: false, operator: false };
}

/** The variables that rules and filters may name, resolved once per request. */
export interface Variables {
  "user.id": string | null;
  "user.email": string | null;
  "user.roles": readonly string[];
  "workspace.id": string;
  /** ISO 8601, UTC, milliseconds. */
  now: string;
}

export type VariableName = keyof Variables;

export function variablesOf(principal: Principal, now: number): Variables {
  return {
    "user.id": principal.kind === "user" ? (principal.id ?? null) : null,
    "user.email": principal.email ?? null,
    "user.roles": principal.roles,
    "workspace.id": principal.workspaceId,
    now: timeText(now),
  };
}

let lastTime = Number.NaN;
let lastText = "";

/** Requests of the same millisecond share the text. */
function timeText(now: number): string {
  if (now !== lastTime) {
    lastText = new Date(now).toISOString();
    lastTime = now;
  }
  return lastText;
}
