import { invalid, PlinthError, type Principal, ROLE_ADMIN, ROLE_PUBLIC, type SqlDriver, uuidv7 } from "@plinth/core";
import { commit, refuseOn } from "../../../commit/commit.ts";
import { actorOf } from "../../../commit/mutate.ts";
import { type CursorPage, idInCursor, type PageQuery, pageById } from "../../../identity/paging.ts";
import { recordOf } from "../../../identity/security-events.ts";
import { type Named, namedWorkspace } from "../../../identity/workspaces.ts";
import type { Engine, RequestContext } from "../../../kernel/engine.ts";
import { plainText } from "../../../kernel/plain-text.ts";
import { serverSet } from "../../../kernel/server-set.ts";
import { textCipher } from "../../../kernel/text-cipher.ts";
import * as z from "../../../kernel/zod.ts";
import { type BucketRow, findBucketRow } from "../repository.ts";
import type { S3Grant } from "./grant.ts";
import {
  deleteS3KeyQueries,
  findS3KeyRow,
  insertS3Key,
  listS3KeyRows,
  mustHaveFewS3Keys,
  noteS3KeyUse,
  type S3KeyRow,
} from "./repository.ts";

const MAX_KEYS = 200;
const MAX_BUCKETS = 50;
const MAX_PREFIX = 700;
const CURSOR_SORT = "id";
const GONE = "s3 key";
const MINUTE_MS = 60_000;
/** As long as those of AWS, which some clients check. */
const ACCESS_KEY = { start: "PLNT", digits: 16, alphabet: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" };
const SECRET = { digits: 40, alphabet: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" };

const cipher = textCipher("s3 access keys");

const SET_BY_SERVER = ["id", "access_key_id", "created_at", "created_by", "last_used_at"] as const;

export const createS3KeySchema = z.strictObject({
  ...serverSet(...SET_BY_SERVER),
  name: plainText(1, 100),
  buckets: z.array(z.string().max(63)).min(1).max(MAX_BUCKETS).nullish().describe("That it may use; null for all"),
  prefix: z
    .string()
    .max(MAX_PREFIX)
    .default("")
    .describe("Of the keys that it may use, such as `team-a/`; empty for all"),
  read_only: z.boolean().default(false),
  expires_at: z.iso.datetime({ offset: true }).nullish().describe("When it stops working; null for never"),
});

/** An access key as the API returns it. */
export interface S3Key {
  id: string;
  name: string;
  access_key_id: string;
  /** Null: all. */
  buckets: string[] | null;
  prefix: string;
  read_only: boolean;
  created_at: string;
  /** `user:id` or `key:id`. */
  created_by: string | null;
  expires_at: string | null;
  /** Exact to the minute. */
  last_used_at: string | null;
}

/** The oldest first. */
export async function listS3Keys(
  { driver, principal }: RequestContext,
  { limit, cursor }: PageQuery,
): Promise<CursorPage<S3Key>> {
  const page = { limit: limit + 1, after: idInCursor(cursor, CURSOR_SORT) };
  return pageById(await listS3KeyRows(driver, principal.workspaceId, page), limit, CURSOR_SORT, describe);
}

/** Only this answer contains the secret. */
export async function createS3Key(
  ctx: RequestContext,
  input: z.output<typeof createS3KeySchema>,
): Promise<S3Key & { secret_access_key: string }> {
  const { engine, driver, now, principal } = ctx;
  const { workspaceId, scope } = principal;
  // It reads and writes all files.
  if (scope) throw new PlinthError("FORBIDDEN", "A scoped key cannot make access keys for S3.");
  const expiresAt = input.expires_at ? Date.parse(input.expires_at) : null;
  if (expiresAt !== null && expiresAt <= now) throw invalid("expires_at", "must be in the future");
  if (input.prefix.startsWith("/")) throw invalid("prefix", "must not begin with /");
  const buckets = await requireBuckets(ctx, input.buckets ?? []);
  const id = uuidv7(now);
  const secret = randomText(SECRET);
  const row: S3KeyRow = {
    id,
    workspaceId,
    name: input.name,
    accessKey: ACCESS_KEY.start + randomText(ACCESS_KEY),
    secret: await cipher.encrypt(engine, id, secret),
    buckets: input.buckets ? JSON.stringify(input.buckets) : null,
    prefix: input.prefix.normalize("NFC"),
    readOnly: input.read_only,
    // Not before its buckets, which a process with another clock may have made.
    createdAt: Math.max(now, ...buckets.map(({ createdAt }) => createdAt)),
    createdBy: actorOf(principal),
    expiresAt,
    lastUsedAt: null,
  };
  const detail = { name: row.name, access_key_id: row.accessKey };
  const event = recordOf(ctx, { type: "s3_key_create", target: `s3_key:${id}`, detail });
  const message = `A workspace can have at most ${MAX_KEYS} access keys for S3; revoke one first.`;
  return commit(ctx, {
    queries: [insertS3Key(driver, row), event],
    requires: [
      {
        guard: (label) => mustHaveFewS3Keys(driver, workspaceId, MAX_KEYS, label),
        refusal: () => new PlinthError("LIMIT_EXCEEDED", message),
      },
    ],
    data: { ...describe(row), secret_access_key: secret },
    secret: true,
  });
}

/** Refused from the next request on. */
export async function revokeS3Key(ctx: RequestContext, id: string): Promise<{ id: string }> {
  const { driver, principal } = ctx;
  const event = recordOf(ctx, { type: "s3_key_revoke", target: `s3_key:${id}` });
  const queries = [...deleteS3KeyQueries(driver, principal.workspaceId, id, GONE), event];
  const missing = () => new PlinthError("NOT_FOUND", "There is no such access key.");
  return commit(ctx, { queries, data: { id } }).catch(refuseOn("guard", missing));
}

async function requireBuckets(
  { driver, principal }: RequestContext,
  buckets: readonly string[],
): Promise<readonly BucketRow[]> {
  const rows: BucketRow[] = [];
  for (const [i, name] of buckets.entries()) {
    const row = await findBucketRow(driver, principal.workspaceId, name);
    if (!row) throw invalid(`buckets.${i}`, "there is no such bucket");
    rows.push(row);
  }
  return rows;
}

/** Who signs with an access key. */
export interface S3Caller {
  readonly principal: Principal;
  readonly grant: S3Grant;
  readonly secret: string;
  readonly lastUsedAt: number | null;
}

/** By the id of an access key, before the signature is checked. Undefined: it is unknown, revoked or expired. */
export async function findS3Caller(
  engine: Engine,
  driver: SqlDriver,
  accessKey: string,
): Promise<S3Caller | undefined> {
  const row = await findS3KeyRow(driver, accessKey);
  if (!row || (row.expiresAt !== null && row.expiresAt <= engine.clock.now())) return undefined;
  const { id, workspaceId, prefix, readOnly } = row;
  return {
    principal: { kind: "key", id, workspaceId, roles: [ROLE_PUBLIC, ROLE_ADMIN], bypass: true },
    grant: { keyId: id, buckets: bucketsOf(row), prefix, readOnly, since: row.createdAt },
    secret: await cipher.decrypt(engine, id, row.secret),
    lastUsedAt: row.lastUsedAt,
  };
}

/** After it. The workspace that a path or a host name means must be the access key's. */
export async function admitS3Caller(
  engine: Engine,
  driver: SqlDriver,
  { principal, grant, lastUsedAt }: S3Caller,
  named: Named | undefined,
): Promise<void> {
  if (named && (await namedWorkspace(engine, driver, named)) !== principal.workspaceId)
    throw new PlinthError("WORKSPACE_MISMATCH");
  const now = engine.clock.now();
  if ((lastUsedAt ?? 0) <= now - MINUTE_MS) await noteS3KeyUse(driver, grant.keyId, now);
}

function describe(row: S3KeyRow): S3Key {
  const timeOf = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  return {
    id: row.id,
    name: row.name,
    access_key_id: row.accessKey,
    buckets: bucketsOf(row),
    prefix: row.prefix,
    read_only: row.readOnly,
    created_at: new Date(row.createdAt).toISOString(),
    created_by: row.createdBy,
    expires_at: timeOf(row.expiresAt),
    last_used_at: timeOf(row.lastUsedAt),
  };
}

function bucketsOf({ buckets }: S3KeyRow): string[] | null {
  return buckets === null ? null : (JSON.parse(buckets) as string[]);
}

/** Each alphabet has a power of two characters, or is cut to one. */
function randomText({ digits, alphabet }: { readonly digits: number; readonly alphabet: string }): string {
  const bytes = crypto.getRandomValues(new Uint8Array(digits));
  return Array.from(bytes, (byte) => alphabet[byte % alphabet.length]).join("");
}
