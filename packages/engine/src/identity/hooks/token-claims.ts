import { isObject, type JsonObject, type SqlDriver } from "@plinth/core";
import type { SessionRow, SessionUser } from "@plinth/db";
import type { Engine } from "../../kernel/engine.ts";
import { RESERVED_CLAIMS } from "../claim-names.ts";
import { askHook } from "./call-hook.ts";
import { HookFailure } from "./hook-failure.ts";

/** Tokens travel with every request. */
const MAX_CLAIMS_CHARS = 2000;

/** What the workspace's program says of a user, for a token that is about to be made. Undefined: there is no such program. */
export function askTokenClaims(
  engine: Engine,
  driver: SqlDriver,
  { session, user }: { session: SessionRow; user: SessionUser },
): Promise<JsonObject | undefined> {
  const { workspaceId, id, email, roles, methods } = user;
  return askHook(engine, driver, {
    workspaceId,
    hook: "token_claims",
    data: () => ({
      workspace: workspaceId,
      user_id: id,
      email,
      roles: roles.toSorted(),
      session_id: session.id,
      methods: methods ? methods.split(" ") : [],
    }),
    read: claimsIn,
    failed: "Access tokens cannot be made now. Try again later.",
    target: `user:${id}`,
  });
}

function claimsIn({ claims }: JsonObject): JsonObject {
  if (!isObject(claims)) throw new HookFailure("no claims");
  const reserved = Object.keys(claims).find((name) => RESERVED_CLAIMS.includes(name));
  if (reserved !== undefined) throw new HookFailure(`the claim ${reserved} is reserved`);
  if (JSON.stringify(claims).length > MAX_CLAIMS_CHARS) {
    throw new HookFailure(`more than ${MAX_CLAIMS_CHARS} characters of claims`);
  }
  return claims;
}
