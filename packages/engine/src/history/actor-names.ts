import { isInScope, OPERATORS_POOL_ID, type Principal } from "@plinth/core";
import { findKeyNames, findUserTitles } from "@plinth/db";
import type { RequestContext } from "../kernel/engine.ts";

/** `user:ID`, `key:ID`, or `user:ID by operator:ID`. */
const ACTOR = /^(user|key):([\w-]+)(?: by operator:([\w-]+))?$/;

/** Names of the actors of changes, by how the log names them, as far as the caller may list users and keys. */
export async function actorNames(
  ctx: RequestContext,
  actors: Iterable<string | null>,
): Promise<ReadonlyMap<string, string>> {
  const { driver, principal } = ctx;
  const parsed = [...new Set(actors)].flatMap((actor) => {
    const match = actor === null ? null : ACTOR.exec(actor);
    return match ? [{ actor: match[0], kind: match[1]!, id: match[2]!, operator: match[3] }] : [];
  });
  const idsOf = (kind: string) => parsed.filter((one) => one.kind === kind).map(({ id }) => id);
  const operators = parsed.flatMap(({ operator }) => operator ?? []);
  const users = mayList(principal, "users") ? await findUserTitles(driver, [...idsOf("user"), ...operators]) : [];
  const keys = mayList(principal, "keys") ? await findKeyNames(driver, principal.workspaceId, idsOf("key")) : [];
  const names = new Map([
    ...keys.map(({ id, name }) => [id, name] as const),
    ...users.filter((user) => maySee(principal, user)).map(({ id, name, email }) => [id, name || email] as const),
  ]);
  return new Map(
    parsed.flatMap(({ actor, id, operator }) => {
      const [name, by] = [names.get(id), operator && names.get(operator)];
      return name ? [[actor, by ? `${name} by ${by}` : name] as const] : [];
    }),
  );
}

/** Administrators may list both; a scoped key and an operator by its role, where the scope includes it. */
function mayList(principal: Principal, area: "users" | "keys"): boolean {
  return principal.bypass || (principal.scope !== undefined && isInScope(principal, "", `${area}:read`));
}

/** Users of the workspace; operators are seen by operators alone. */
function maySee({ kind, workspaceId }: Principal, user: { readonly workspaceId: string }): boolean {
  return user.workspaceId === workspaceId || (user.workspaceId === OPERATORS_POOL_ID && kind === "operator");
}
