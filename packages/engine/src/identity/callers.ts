import {
  ImpersonatedError,
  type KeyAction,
  type MemberRole,
  PlinthError,
  type Principal,
  type PrincipalKind,
  ROLE_ADMIN,
} from "@plinth/core";
import { requireMemberRole } from "./guards.ts";

/** The kinds of callers that may do something, with what each needs for it. A kind without an entry is refused. */
export interface Callers {
  readonly anonymous?: "any";
  /** `admin`: the role `admin`. */
  readonly user?: "any" | "admin";
  /** `admin`: a secret key, or a scoped one with the role `admin` whose actions include the one that is asked for. */
  readonly key?: "any" | "admin";
  /**
   * `action`: a role in the workspace that includes the action that is asked for. A role: this one in the workspace, or
   * one that may more. `server`: it owns the server.
   */
  readonly operator?: "any" | "action" | MemberRole | "server";
}

interface AccessRule {
  readonly callers: Callers;
  /** The caller's own account is concerned: an operator who acts as a user may look, and change nothing. */
  readonly ownAccount?: true;
  /** For people, of a caller that is refused. */
  readonly refusal?: string;
}

const ALL = { anonymous: "any", user: "any", key: "any", operator: "any" } as const;
const ADMIN = "This needs the role admin or a secret key.";
const OPERATOR = "This needs an operator.";

/** Who may call a route. Its definition names one of these. */
export const ACCESS = {
  /** Credentials are not read. */
  anyone: { callers: ALL },
  /** Credentials decide what is answered. */
  caller: { callers: ALL },
  /** Anyone who has credentials. */
  identified: { callers: { user: "any", key: "any", operator: "any" } },
  /** Whoever has signed in, to an account of the workspace or of the operators. */
  account: {
    callers: { user: "any", operator: "any" },
    ownAccount: true,
    refusal: "This needs a user who has signed in.",
  },
  /** The app users of the workspace. */
  user: {
    callers: { user: "any" },
    ownAccount: true,
    refusal: "This needs a user of the workspace who has signed in.",
  },
  /** Whoever belongs to the workspace: its app users, and the operators who are members of it. Secret keys act for it. */
  workspace: { callers: { user: "any", key: "admin", operator: "viewer" }, ownAccount: true, refusal: ADMIN },
  /** Who administers the workspace. */
  admin: { callers: { user: "admin", key: "admin", operator: "action" }, refusal: ADMIN },
  /** Any operator. */
  any_operator: { callers: { operator: "any" }, refusal: OPERATOR },
  /** Operators by their role in the workspace of the path, or else of the request. */
  member: { callers: { operator: "viewer" }, refusal: OPERATOR },
  member_admin: { callers: { operator: "admin" }, refusal: OPERATOR },
  member_owner: { callers: { operator: "owner" }, refusal: OPERATOR },
  server_owner: { callers: { operator: "server" }, refusal: "This needs an operator who owns the server." },
} as const satisfies Record<string, AccessRule>;

export type AccessName = keyof typeof ACCESS;

export interface CallerNeeds {
  readonly access: AccessName;
  /** The action that a scoped key must include, as must an operator's role. Null: none is enough. Absent: it needs none. */
  readonly action?: KeyAction | null;
  /** The workspace is that of the path: the role in it is checked where it is known. */
  readonly elsewhere?: boolean;
}

const READS: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/** The check of who may call, which throws the refusal. Undefined: everyone may. */
export function callerCheck({
  access,
  action,
  elsewhere = false,
}: CallerNeeds): ((principal: Principal, method: string) => void) | undefined {
  const { callers, ownAccount, refusal }: AccessRule = ACCESS[access];
  if (callers === ALL && action === undefined) return undefined;
  return (principal, method) => {
    const { kind, scope, bypass, impersonator } = principal;
    if (kind === "key" && scope && action !== undefined) requireAction(principal, action);
    const needed = callers[kind];
    if (needed === "any") {
      if (ownAccount && impersonator !== undefined && !READS.has(method)) throw new ImpersonatedError(impersonator);
      return;
    }
    if (needed === undefined) throw refusalOf(kind, refusal);
    if (kind === "operator") return requireOperatorsRight(principal, needed);
    // Of a scoped key, the action was checked.
    const asAdmin = bypass || (scope && action !== undefined && principal.roles.includes(ROLE_ADMIN));
    if (!asAdmin) throw refusalOf(kind, refusal);
  };

  function requireOperatorsRight(principal: Principal, needed: NonNullable<Callers["operator"]>): void {
    const { kind, scope, bypass, operator, workspaceId } = principal;
    if (needed === "server") {
      if (!operator?.owner) throw refusalOf(kind, refusal);
    } else if (needed === "action") {
      if (scope) requireAction(principal, action);
      else if (!bypass) throw refusalOf(kind, refusal);
    } else if (!elsewhere) {
      requireMemberRole(principal, workspaceId, needed as MemberRole);
    }
  }
}

/** Requires that the scope of a key, or of an operator's role, includes the action. */
function requireAction({ kind, scope }: Principal, action: KeyAction | null | undefined): void {
  const isOperator = kind === "operator";
  if (action == null) {
    const message = isOperator ? "Your role in this workspace is not enough." : "A scoped key cannot do this.";
    throw new PlinthError("FORBIDDEN", message);
  }
  if (scope!.actions.includes(action)) return;
  const message = isOperator
    ? `Your role in this workspace does not include ${action}.`
    : `This needs a key whose actions include ${action}.`;
  throw new PlinthError("FORBIDDEN", message, { action });
}

function refusalOf(kind: PrincipalKind, message: string | undefined): PlinthError {
  return kind === "anonymous" ? new PlinthError("UNAUTHORIZED") : new PlinthError("FORBIDDEN", message);
}
