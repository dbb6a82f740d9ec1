import type { Json, Principal, SqlDriver } from "@plinth/core";
import { findKeyById } from "@plinth/db";
import { type KeyConditions, keyConditionsOf } from "../identity/key-conditions.ts";
import { keyPrincipal } from "../identity/key-identity.ts";
import { withHookClaim } from "../identity/user-claims.ts";
import { currentUsers } from "../identity/user-principal.ts";
import type { Engine } from "../kernel/engine.ts";
import { type Holding, validCredentials } from "./grant.ts";

/** A credential that was noted earlier, without its secret. */
export interface NotedCredential {
  readonly credential: Holding;
  /** Of a token by another issuer: the user, who is not in the database. */
  readonly issued?: Principal | undefined;
  /** What a program has said of the user of an access token. */
  readonly custom?: Json | undefined;
  /** Throws where a key may not be used. */
  conditions?(conditions: KeyConditions): void;
}

/** Whoever holds the credential, with current rights. Undefined: it is no longer valid. */
export async function holderOf(
  engine: Engine,
  driver: SqlDriver,
  { credential, issued, custom, conditions }: NotedCredential,
): Promise<Principal | undefined> {
  const { kind, id } = credential;
  if (kind === "session") {
    const user = (await currentUsers(engine, driver, [id])).get(id);
    return user && withHookClaim(user, custom);
  }
  if ((await validCredentials(driver, [credential], engine.clock.now())).size === 0) return undefined;
  if (kind === "issuer") return issued;
  const row = await findKeyById(driver, id);
  if (!row) return undefined;
  const limited = conditions && keyConditionsOf(row);
  if (limited) conditions(limited);
  return keyPrincipal(row, credential.version);
}
