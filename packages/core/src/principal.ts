import type { JsonObject } from "./json.ts";
import type { MemberRole } from "./members.ts";
import type { KeyScope } from "./rules/key-scope.ts";

/** An app user belongs to one workspace; an operator to none, and has an account of the operators' own pool. */
export type PrincipalKind = "anonymous" | "user" | "operator" | "key";

/** What an operator may do beyond its own account. */
export interface OperatorRights {
  /** It owns the server: may manage workspaces, and act in any of them. */
  readonly owner: boolean;
  /** Its role by workspace, which counts where it does not own the server. */
  readonly memberships: Readonly<Record<string, MemberRole>>;
}

/** An administrator who views as somebody else. */
export interface Viewer {
  /** `user:id`, `operator:id` or `key:id`. */
  readonly name: string;
  /** As whom, in the words of the request. */
  readonly as: string;
}

/** The caller, and its workspace. Every cache entry and row is keyed by `workspaceId`. */
export interface Principal {
  readonly kind: PrincipalKind;
  readonly workspaceId: string;
  /** The account's or the key's id; absent for anonymous. */
  readonly id?: string;
  readonly email?: string;
  /** Names of roles, always including `public`. */
  readonly roles: readonly string[];
  /** Full rights in the workspace: no rule is evaluated. */
  readonly bypass: boolean;
  /** Of an operator, and of no other kind. */
  readonly operator?: OperatorRights;
  /** An account's session; absent where there is none, as with the tokens of other issuers. */
  readonly sessionId?: string;
  /** Who vouches for a user that is not one of this server's, and until when, in milliseconds. */
  readonly issuer?: { readonly id: string; readonly until: number };
  /** What a user's token says, or would say. */
  readonly claims?: JsonObject;
  /** The function that acts, by its own rights or by the caller's. */
  readonly functionName?: string;
  /** Of a function: the queues in which it may store tasks, and `function:NAME` for others that it may start. */
  readonly enqueues?: readonly string[];
  /** The flow that acts, by its own rights. */
  readonly flowName?: string;
  /** The operator who acts as this user. */
  readonly impersonator?: string;
  /** Who looks at what this principal would be answered. Such a request writes nothing. */
  readonly viewer?: Viewer;
  /** Ids of the organizations that the user is a member of. */
  readonly organizations?: readonly string[];
  /** The one of them that the session has chosen, and the user's role there. */
  readonly organization?: { readonly id: string; readonly role: string };
  /** The limits of a scoped key, whose `bypass` is false whatever its roles. */
  readonly scope?: KeyScope;
  /** Of a key: which of its secrets was used. Increases with each rotation. */
  readonly secretVersion?: number;
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
  return { kind: "anonymous", workspaceId, roles: [ROLE_PUBLIC], bypass: false };
}

/** Whether the caller has signed in to an account: an app user's, or an operator's. */
export function hasAccount({ kind }: Pick<Principal, "kind">): boolean {
  return kind === "user" || kind === "operator";
}

/** The variables that rules and filters may name, resolved once per request. */
export interface Variables {
  "user.id": string | null;
  "user.email": string | null;
  /** The same, where somebody has proven that the address is the user's. */
  "user.verified_email": string | null;
  "user.roles": readonly string[];
  "user.claims": JsonObject;
  "user.orgs": readonly string[];
  "org.id": string | null;
  "org.role": string | null;
  "workspace.id": string;
  /** ISO 8601, UTC, milliseconds. */
  now: string;
}

export type VariableName = keyof Variables;

const NONE: readonly string[] = [];

/** Variables that hold a list, for `_in`, `_nin` and the operators of lists in JSON. */
export function isListVariable(name: VariableName): boolean {
  return name === "user.roles" || name === "user.orgs";
}

/** Equal for callers whose variables are equal. */
export function callerKey({ kind, id, email, roles, organizations, organization, claims }: Principal): string {
  return JSON.stringify([kind, id, email, roles, organizations, organization, claims]);
}
const NO_CLAIMS: JsonObject = Object.freeze({});

export function variablesOf(principal: Principal, now: number): Variables {
  const isUser = principal.kind === "user";
  return {
    "user.id": isUser ? (principal.id ?? null) : null,
    "user.email": isUser ? (principal.email ?? null) : null,
    "user.verified_email": isUser ? verifiedEmail(principal) : null,
    "user.roles": principal.roles,
    "user.claims": principal.claims ?? NO_CLAIMS,
    "user.orgs": principal.organizations ?? NONE,
    "org.id": principal.organization?.id ?? null,
    "org.role": principal.organization?.role ?? null,
    "workspace.id": principal.workspaceId,
    now: timeText(now),
  };
}

/** Users of another issuer have an address only where it is verified. */
function verifiedEmail({ email, claims, issuer }: Principal): string | null {
  return email !== undefined && (issuer !== undefined || claims?.email_verified === true) ? email : null;
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
