import { type Jwk, SIGNING_ALGORITHMS, type SigningAlgorithm } from "@plinth/auth";
import { invalid, type Json, PlinthError, type SqlQuery } from "@plinth/core";
import {
  activateSigningKeyQueries,
  deleteSigningKeyQueries,
  deleteWaitingSigningKey,
  insertSigningKey,
  listSigningKeyRows,
  retireCurrent,
  type SigningKeyRow,
} from "@plinth/db";
import { refuseOn } from "../../commit/commit.ts";
import { commitMetadataChange } from "../../commit/metadata-change.ts";
import type { Requirement } from "../../commit/requirement.ts";
import { holdsAtMost } from "../../commit/room.ts";
import type { Engine, RequestContext } from "../../kernel/engine.ts";
import * as z from "../../kernel/zod.ts";
import { IDENTITY_CHANGES_KEPT_MS, recentChanges } from "../identity-changes.ts";
import { recordOf } from "../security-events.ts";
import { isReadable, newSigningKey, randomSecret } from "./signing-keys.ts";

const MOST_KEYS = 50;

export const createSigningKeySchema = z.strictObject({
  algorithm: z.enum(SIGNING_ALGORITHMS),
  secret: z
    .string()
    .min(32, "must have at least 32 characters")
    .max(512, "must have at most 512 characters")
    .optional()
    .describe("For HS256: the secret that your other programs share; left out, one is made"),
});

export interface SigningKey {
  /** The `kid` of its tokens. */
  id: string;
  algorithm: string;
  state: string;
  /** Null: the key is a shared secret. */
  public_key: Json;
  created_at: string;
  /** When it began to sign. */
  activated_at: string | null;
  retired_at: string | null;
  /** Until when its tokens are accepted. */
  verifies_until: string | null;
}

/** The oldest first. */
export async function listSigningKeys({ driver, principal }: RequestContext): Promise<SigningKey[]> {
  return (await listSigningKeyRows(driver, principal.workspaceId)).map(describe);
}

/** A key that waits, in place of another one that does: it is published, and signs a day later or when asked to. */
export async function createSigningKey(
  ctx: RequestContext,
  { algorithm: alg, secret }: z.infer<typeof createSigningKeySchema>,
): Promise<SigningKey & { secret?: string }> {
  const { engine, driver, principal } = ctx;
  // Anyone who has a key's secret can be anybody.
  if (principal.scope) throw new PlinthError("FORBIDDEN", "A scoped key cannot create signing keys.");
  requireRoomForKey(await listSigningKeyRows(driver, principal.workspaceId));
  const requires = [roomForKeys(ctx)];
  if (secret !== undefined && alg !== "HS256") throw invalid("secret", "is for the algorithm HS256");
  const sharedSecret = alg === "HS256" ? (secret ?? randomSecret()) : undefined;
  const row = await newSigningKey(engine, principal.workspaceId, { alg, sharedSecret, state: "next" });
  const queries = [
    deleteWaitingSigningKey(driver, principal.workspaceId),
    insertSigningKey(driver, row),
    recordOf(ctx, { type: "signing_key_create", target: `signing_key:${row.id}`, detail: { algorithm: alg } }),
  ];
  const made = secret === undefined && sharedSecret !== undefined ? { secret: sharedSecret } : {};
  return commitMetadataChange(ctx, { queries, requires, data: { ...describe(row), ...made }, secret: true, forget });
}

/** The key that waits signs from now on; where none does, a new one like that of today. */
export async function rotateSigningKeys(ctx: RequestContext): Promise<SigningKey> {
  const { engine, driver, principal, now } = ctx;
  const { workspaceId } = principal;
  const rows = await listSigningKeyRows(driver, workspaceId);
  const next = rows.find(({ state }) => state === "next");
  const waiting = next && (await isReadable(engine, next)) ? next : undefined;
  if (!waiting) requireRoomForKey(rows);
  const current = rows.find(({ state }) => state === "current");
  if (!waiting && current?.alg === "HS256") {
    const message = "The new secret must be known to your other programs first: create a key, then rotate.";
    throw new PlinthError("CONFLICT", message);
  }
  const at = new Date(now);
  const times = { at, verifiesUntil: new Date(now + IDENTITY_CHANGES_KEPT_MS) };
  const alg = (current?.alg ?? "ES256") as SigningAlgorithm;
  const row = waiting ?? (await newSigningKey(engine, workspaceId, { alg, state: "current" }));
  const change: SqlQuery[] = waiting
    ? activateSigningKeyQueries(driver, { workspaceId, id: row.id, ...times })
    : [
        deleteWaitingSigningKey(driver, workspaceId),
        retireCurrent(driver, workspaceId, at, times.verifiesUntil),
        insertSigningKey(driver, row),
      ];
  const queries = [...change, recordOf(ctx, { type: "signing_key_rotate", target: `signing_key:${row.id}` })];
  const data = describe({ ...row, state: "current", activatedAt: at });
  const gone = () => new PlinthError("CONFLICT", "The key that waited has gone; try again.");
  const requires = [roomForKeys(ctx)];
  return commitMetadataChange(ctx, { queries, requires, data, forget }).catch(refuseOn("guard", gone));
}

/** Its tokens are refused from now on, by other servers within two seconds. */
export async function deleteSigningKey(ctx: RequestContext, id: string): Promise<{ id: string }> {
  const { driver, principal } = ctx;
  const queries = [
    ...deleteSigningKeyQueries(driver, principal.workspaceId, id),
    recordOf(ctx, { type: "signing_key_delete", target: `signing_key:${id}` }),
  ];
  const rows = await listSigningKeyRows(driver, principal.workspaceId);
  if (rows.some((row) => row.id === id && row.state === "current"))
    throw new PlinthError("CONFLICT", "This key signs; rotate first.", { field: "id" });
  const missing = () => new PlinthError("NOT_FOUND", "There is no such key.");
  return commitMetadataChange(ctx, { queries, data: { id }, forget }).catch(refuseOn("guard", missing));
}

/** Earlier signing keys are deleted some hours later, when all of their tokens have expired. */
function requireRoomForKey(rows: readonly SigningKeyRow[]): void {
  if (rows.length >= MOST_KEYS) throw tooManyKeys();
}

function roomForKeys(ctx: RequestContext): Requirement {
  return holdsAtMost(ctx, { kind: "signingKeys", most: MOST_KEYS, refusal: tooManyKeys });
}

function tooManyKeys(): PlinthError {
  return new PlinthError("LIMIT_EXCEEDED", `A workspace can have at most ${MOST_KEYS} signing keys: delete one first.`);
}

function forget(engine: Engine): void {
  recentChanges(engine).expire();
}

function describe(row: SigningKeyRow): SigningKey {
  const text = (at: Date | null): string | null => at?.toISOString() ?? null;
  return {
    id: row.id,
    algorithm: row.alg,
    state: row.state,
    public_key: row.publicJwk === null ? null : (JSON.parse(row.publicJwk) as Jwk),
    created_at: row.createdAt.toISOString(),
    activated_at: text(row.activatedAt),
    retired_at: text(row.retiredAt),
    verifies_until: text(row.verifiesUntil),
  };
}
