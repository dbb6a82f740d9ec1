import { DataError, invalid, PlinthError, type SqlQuery } from "@plinth/core";
import { mustHaveRoles, mustStillAct } from "@plinth/db";
import type { RequestContext } from "../kernel/engine.ts";

const LABEL = "actor";
const ROLE = "given role";

/**
 * The statements by which a batch fails where its caller has lost the session, the key or the role since the request began:
 * whoever is demoted, signed out or blocked keeps nothing by a request that is under way.
 */
export function mustBeCurrent({ driver, principal }: RequestContext): SqlQuery[] {
  const { kind, workspaceId, id, sessionId, secretVersion, bypass, operator } = principal;
  // Callers without credentials have no row to look at, nor have users of other issuers, who get no rights that last.
  if (sessionId === undefined && secretVersion === undefined) return [];
  const role = operator?.owner ? ("owner_of_server" as const) : operator?.memberships[workspaceId];
  const actor =
    kind === "key"
      ? { workspaceId, keyId: id }
      : { workspaceId, userId: id, sessionId, admin: kind === "user" && bypass, operator: role };
  return mustStillAct(driver, actor, LABEL);
}

/** The statements by which a batch fails where a role has been deleted that it gives, or makes a rule for. */
export function mustStillExist({ driver, principal }: RequestContext, roles: readonly string[] = []): SqlQuery[] {
  return mustHaveRoles(driver, principal.workspaceId, [...new Set(roles)], ROLE);
}

/** For `catch`: tells a caller who has lost its rights, or a role that is gone, from a failure of the write itself. */
export function refuseLost(error: unknown): never {
  if (!(error instanceof DataError)) throw error;
  if (error.guard === LABEL)
    throw new PlinthError(
      "FORBIDDEN",
      "Your session has ended, or your rights have changed, since the request began.",
      undefined,
      {
        cause: error,
      },
    );
  if (error.guard === ROLE) throw invalid("roles", "one of them was deleted meanwhile");
  throw error;
}

/** Whether a write was refused because its caller has lost the session, the key or the role since the request began. */
export function isLostActor(error: unknown): boolean {
  return error instanceof PlinthError && error.cause instanceof DataError && error.cause.guard === LABEL;
}
