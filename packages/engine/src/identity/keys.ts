import { invalid, type KeyAction, PlinthError, type SqlQuery, uuidv7 } from "@plinth/core";
import {
  type ApiKeyRow,
  findKey,
  insertKey,
  listKeyRows,
  mustHaveCollections,
  revokeKeyQueries,
  rotateKeyQueries,
  setKeyScope,
} from "@plinth/db";
import { CHANNEL_PREFIX } from "../access/channel-access.ts";
import { refuseOn } from "../commit/commit.ts";
import { commitMetadataChange } from "../commit/metadata-change.ts";
import { actorOf } from "../commit/mutate.ts";
import type { Requirement } from "../commit/requirement.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { plainText } from "../kernel/plain-text.ts";
import { serverSet } from "../kernel/server-set.ts";
import * as z from "../kernel/zod.ts";
import { checkRanges, conditionsSchema, rangesOf } from "./key-conditions.ts";
import { generateKey, KEY_PREFIXES, type KeyKind } from "./key-format.ts";
import { hashKey } from "./key-identity.ts";
import {
  checkScope,
  type StoredScope,
  scopeOf,
  scopeSchema,
  storedScope,
  withoutCollection,
  withoutRole,
} from "./key-scope.ts";
import { type CursorPage, idInCursor, type PageQuery, pageById } from "./paging.ts";
import { recordOf } from "./security-events.ts";
import { forgetKeys } from "./state.ts";

const CURSOR_SORT = "id";
const SHOWN_CHARACTERS = 12;
const DAY_MS = 86_400_000;
const OVERLAP_MS = DAY_MS;
const MAX_OVERLAP_MS = 90 * DAY_MS;

export const KEY_KINDS = Object.keys(KEY_PREFIXES) as [KeyKind, ...KeyKind[]];

export const createKeySchema = z.strictObject({
  ...serverSet("id", "prefix", "created_at", "created_by", "rotated_by", "last_used_at", "previous_until"),
  name: plainText(1, 100),
  kind: z.enum(KEY_KINDS),
  expires_at: z.iso.datetime({ offset: true }).nullish().describe("When the key stops working; null for never"),
  ...scopeSchema,
  ...conditionsSchema,
});

export const rotateKeySchema = z.strictObject({
  previous_until: z.iso
    .datetime({ offset: true })
    .nullish()
    .describe(
      "Until when the secret before counts as well: 24 hours from now unless given, at most 90 days; null for no longer",
    ),
});

export interface ApiKey {
  id: string;
  name: string;
  kind: KeyKind;
  /** The first characters, to recognize a key. */
  prefix: string;
  created_at: string;
  /** `user:id` or `key:id`; null: not known. */
  created_by: string | null;
  /** Who rotated it last. */
  rotated_by: string | null;
  expires_at: string | null;
  /** Exact to the minute. */
  last_used_at: string | null;
  /** Until when the secret before the last rotation counts. */
  previous_until: string | null;
  /** Of a scoped key. */
  roles: readonly string[] | null;
  actions: readonly KeyAction[] | null;
  /** Null: all. */
  collections: readonly string[] | null;
  ip_ranges: readonly string[] | null;
  /** Requests per minute. */
  rate_limit: number | null;
}

interface KeyFilter {
  /** Only keys that this user or key created, or rotated last. */
  readonly createdBy?: string | undefined;
}

/** Keys that were not revoked, the oldest first. */
export async function listKeys(
  { driver, principal, now }: RequestContext,
  { limit, cursor, createdBy }: KeyFilter & PageQuery,
): Promise<CursorPage<ApiKey>> {
  const page = { limit: limit + 1, after: idInCursor(cursor, CURSOR_SORT) };
  const found = await listKeyRows(driver, principal.workspaceId, { seenBy: createdBy, ...page });
  return pageById(found, limit, CURSOR_SORT, (row) => describe(row, now));
}

/** All of them. */
export async function everyKey(
  { engine, driver, principal }: Pick<RequestContext, "engine" | "driver" | "principal">,
  { createdBy }: KeyFilter = {},
): Promise<ApiKey[]> {
  const now = engine.clock.now();
  return (await listKeyRows(driver, principal.workspaceId, { seenBy: createdBy })).map((row) => describe(row, now));
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
  const { workspaceId, scope } = ctx.principal;
  if (scope) throw new PlinthError("FORBIDDEN", "A scoped key cannot create keys.");
  const expiresAt = input.expires_at ? new Date(input.expires_at) : null;
  if (expiresAt && expiresAt.getTime() <= now) {
    throw new PlinthError("VALIDATION", "expires_at: must be in the future.", { field: "expires_at" });
  }
  const scoped = checkScope(ctx, input.kind, input);
  const key = generateKey(input.kind);
  const row = {
    id: uuidv7(now),
    workspaceId,
    kind: input.kind,
    name: input.name,
    prefix: key.slice(0, SHOWN_CHARACTERS),
    hash: await hashKey(key),
    createdAt: new Date(now),
    createdBy: actorOf(ctx.principal),
    rotatedBy: null,
    expiresAt,
    scope: storedScope(scoped),
    ipRanges: checkRanges(input.ip_ranges),
    rateLimit: input.rate_limit ?? null,
    secretVersion: 1,
    lastUsedAt: null,
    previousUntil: null,
  };
  const detail = { name: row.name, kind: row.kind };
  const queries = [insertKey(driver, row), recordOf(ctx, { type: "key_create", target: `key:${row.id}`, detail })];
  const data = { ...describe(row, now), key };
  const requires = mustBeThere(ctx, scoped);
  return commitMetadataChange(ctx, { queries, requires, roles: scoped?.roles ?? [], data, secret: true });
}

/**
 * Gives a key a new secret, which only this answer contains. The one before counts until a time, so that what uses it can
 * be changed without a gap; one that was still left from an earlier rotation does not.
 */
export async function rotateKey(
  ctx: RequestContext,
  id: string,
  input: z.infer<typeof rotateKeySchema>,
): Promise<ApiKey & { key: string }> {
  const { driver, now, principal } = ctx;
  const previousUntil = overlapOf(input.previous_until, now);
  const before = await findKey(driver, principal.workspaceId, id);
  if (!before) throw noSuchKey();
  const key = generateKey(before.kind as KeyKind);
  const changed = {
    hash: await hashKey(key),
    prefix: key.slice(0, SHOWN_CHARACTERS),
    previousUntil,
    rotatedBy: actorOf(principal),
  };
  const detail = { previous_until: previousUntil?.toISOString() ?? null };
  const queries = [
    ...rotateKeyQueries(driver, { before, ...changed }),
    recordOf(ctx, { type: "key_rotate", target: `key:${id}`, detail }),
  ];
  const data = { ...describe({ ...before, ...changed }, now), key };
  const raced = () => new PlinthError("CONFLICT", "The key was rotated or revoked at the same time.");
  return commitMetadataChange(ctx, { queries, data, secret: true, forget: forgetKeys }).catch(refuseOn("guard", raced));
}

function overlapOf(until: string | null | undefined, now: number): Date | null {
  if (until === undefined) return new Date(now + OVERLAP_MS);
  if (until === null) return null;
  const at = new Date(until);
  if (at.getTime() > now && at.getTime() <= now + MAX_OVERLAP_MS) return at;
  const message = "previous_until: must be in the future, and within 90 days; null ends the secret before at once.";
  throw new PlinthError("VALIDATION", message, { field: "previous_until" });
}

/** Refused from now on by this process, and within two seconds everywhere. */
export async function revokeKey(ctx: RequestContext, id: string): Promise<{ id: string }> {
  const { driver, now } = ctx;
  const queries = [
    ...revokeKeyQueries(driver, ctx.principal.workspaceId, id, new Date(now)),
    recordOf(ctx, { type: "key_revoke", target: `key:${id}` }),
  ];
  return commitMetadataChange(ctx, { queries, data: { id }, forget: forgetKeys }).catch(refuseOn("guard", noSuchKey));
}

/** The statements that take a role which is deleted from the keys that have it. */
export function removeRoleFromKeys(ctx: RequestContext, role: string): Promise<SqlQuery[]> {
  return changeScopes(ctx, (row) => withoutRole(row, role));
}

/** The statements that take a collection which is deleted from the keys that reach it. */
export function removeCollectionFromKeys(ctx: RequestContext, slug: string): Promise<SqlQuery[]> {
  return changeScopes(ctx, (row) => withoutCollection(row, slug));
}

async function changeScopes(
  { driver, principal }: RequestContext,
  change: (row: Pick<ApiKeyRow, "scope">) => string | undefined,
): Promise<SqlQuery[]> {
  return (await listKeyRows(driver, principal.workspaceId)).flatMap((row) => {
    const scope = change(row);
    return scope === undefined ? [] : [setKeyScope(driver, row.id, scope)];
  });
}

/** The collections that a key names are still there when it is stored. */
function mustBeThere({ driver, principal }: RequestContext, scoped: StoredScope | null): Requirement[] {
  const slugs = (scoped?.scope.collections ?? []).filter((slug) => !slug.startsWith(CHANNEL_PREFIX));
  if (slugs.length === 0) return [];
  const guard = (label: string) => mustHaveCollections(driver, principal.workspaceId, slugs, label);
  return [{ guard, refusal: () => invalid("collections", "one of them was deleted meanwhile") }];
}

function noSuchKey(): PlinthError {
  return new PlinthError("NOT_FOUND", "There is no such key.");
}

type DescribedColumn =
  | "id"
  | "name"
  | "kind"
  | "prefix"
  | "createdAt"
  | "createdBy"
  | "rotatedBy"
  | "expiresAt"
  | "lastUsedAt"
  | "previousUntil"
  | "scope"
  | "ipRanges"
  | "rateLimit";

function describe(row: Pick<ApiKeyRow, DescribedColumn>, now: number): ApiKey {
  const scoped = scopeOf(row);
  const { previousUntil } = row;
  return {
    id: row.id,
    name: row.name,
    kind: row.kind as KeyKind,
    prefix: row.prefix,
    created_at: row.createdAt.toISOString(),
    created_by: row.createdBy,
    rotated_by: row.rotatedBy,
    expires_at: row.expiresAt?.toISOString() ?? null,
    last_used_at: row.lastUsedAt?.toISOString() ?? null,
    previous_until: previousUntil && previousUntil.getTime() > now ? previousUntil.toISOString() : null,
    roles: scoped?.roles ?? null,
    actions: scoped?.scope.actions ?? null,
    collections: scoped?.scope.collections ?? null,
    ip_ranges: rangesOf(row),
    rate_limit: row.rateLimit,
  };
}
