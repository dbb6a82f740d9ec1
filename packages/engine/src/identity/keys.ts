import { PlinthError, toBase64Url, uuidv7 } from "@plinth/core";
import { insertKey, listKeyRows, revokeKeyQueries } from "@plinth/db";
import * as z from "zod";
import { refuseOn } from "../commit/commit.ts";
import { commitMetadataChange } from "../commit/metadata-change.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { plainText } from "../kernel/plain-text.ts";
import { serverSet } from "../kernel/server-set.ts";
import { hashKey } from "./key-identity.ts";
import { recordOf } from "./security-events.ts";
import { forgetKeys } from "./state.ts";

const PREFIXES = { publishable: "pk_live_", secret: "sk_live_" } as const;
const SHOWN_CHARACTERS = 12;

export const createKeySchema = z.strictObject({
  ...serverSet("id", "prefix", "created_at"),
  name: plainText(1, 100),
  kind: z.enum(["publishable", "secret"]),
  expires_at: z.iso.datetime({ offset: true }).nullish().describe("When the key stops working; null for never"),
});

export interface ApiKey {
  id: string;
  name: string;
  kind: keyof typeof PREFIXES;
  /** The first characters, to recognize a key. */
  prefix: string;
  created_at: string;
  expires_at: string | null;
}

/** Keys that were not revoked. */
export async function listKeys(ctx: Pick<RequestContext, "driver" | "principal">): Promise<ApiKey[]> {
  return (await listKeyRows(ctx.driver, ctx.principal.workspaceId)).map(describe);
}

/**
 * Only this answer contains the key itself. The database stores its hash, and the answer, encrypted, for a repeated
 * request.
 */
export async function createKey(
  ctx: RequestContext,
  input: z.infer<typeof createKeySchema>,
): Promise<ApiKey & { key: string }> {
  const { driver, now } = ctx;
  const { workspaceId } = ctx.principal;
  const expiresAt = input.expires_at ? new Date(input.expires_at) : null;
  if (expiresAt && expiresAt.getTime() <= now) {
    throw new PlinthError("VALIDATION", "expires_at: must be in the future.", { field: "expires_at" });
  }
  const key = PREFIXES[input.kind] + toBase64Url(crypto.getRandomValues(new Uint8Array(32)));
  const row = {
    id: uuidv7(now),
    workspaceId,
    kind: input.kind,
    name: input.name,
    prefix: key.slice(0, SHOWN_CHARACTERS),
    hash: await hashKey(key),
    createdAt: new Date(now),
    expiresAt,
  };
  const detail = { name: row.name, kind: row.kind };
  const queries = [insertKey(driver, row), recordOf(ctx, { type: "key_create", target: `key:${row.id}`, detail })];
  return commitMetadataChange(ctx, { queries, data: { ...describe(row), key }, secret: true });
}

/** Refused from now on by this process, and within two seconds everywhere. */
export async function revokeKey(ctx: RequestContext, id: string): Promise<{ id: string }> {
  const { driver, now } = ctx;
  const queries = [
    ...revokeKeyQueries(driver, ctx.principal.workspaceId, id, new Date(now)),
    recordOf(ctx, { type: "key_revoke", target: `key:${id}` }),
  ];
  const missing = () => new PlinthError("NOT_FOUND", "There is no such key.");
  return commitMetadataChange(ctx, { queries, data: { id }, forget: forgetKeys }).catch(refuseOn("guard", missing));
}

function describe(row: {
  id: string;
  name: string;
  kind: string;
  prefix: string;
  createdAt: Date;
  expiresAt: Date | null;
}): ApiKey {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind as ApiKey["kind"],
    prefix: row.prefix,
    created_at: row.createdAt.toISOString(),
    expires_at: row.expiresAt?.toISOString() ?? null,
  };
}
