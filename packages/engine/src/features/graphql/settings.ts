import { DataError, invalid, PlinthError, sha256Hex } from "@plinth/core";
import {
  type AuthSettingRow,
  deleteAuthSetting,
  listAuthSettingRows,
  mustBeSet,
  takeTurn,
  upsertAuthSetting,
} from "@plinth/db";
import { commitMetadataChange } from "../../commit/metadata-change.ts";
import { recordOf } from "../../identity/security-events.ts";
import { DerivedCache } from "../../kernel/derived-cache.ts";
import type { Engine, RequestContext } from "../../kernel/engine.ts";
import { service } from "../../kernel/services.ts";
import * as z from "../../kernel/zod.ts";

/** Of the rows that hold a workspace's settings. */
const SECTION = "graphql";
const MAX_DOCUMENTS = 500;
/** As long as any document may be. */
const MAX_DOCUMENT_CHARS = 100_000;
const MAX_CHARS = 500_000;
/** Label of what fails a batch where another one has changed the documents. */
const MOVED = "trusted documents moved";

export const GRAPHQL_INTROSPECTION = ["everyone", "admins"] as const;
export const GRAPHQL_DOCUMENTS = ["any", "trusted"] as const;

/** Null: it is as if it had not been set. */
const settingsSchema = z.strictObject({
  introspection: z
    .enum(GRAPHQL_INTROSPECTION)
    .nullable()
    .optional()
    .describe("Who may read the schema, which has only what they may read and write: everyone by default"),
  documents: z
    .enum(GRAPHQL_DOCUMENTS)
    .nullable()
    .optional()
    .describe("What those may run who are no administrators: any document by default, or those that are trusted"),
  trusted: z
    .array(z.string().min(1).max(MAX_DOCUMENT_CHARS))
    .max(MAX_DOCUMENTS)
    .nullable()
    .optional()
    .describe(
      "All documents that are trusted. Each may be asked for by the SHA-256 of its text, in hexadecimal digits",
    ),
});

/** Single documents come and go without the others, which somebody else may be changing. */
export const graphqlSettingsSchema = settingsSchema.extend({
  add_trusted: z
    .array(z.string().min(1).max(MAX_DOCUMENT_CHARS))
    .max(MAX_DOCUMENTS)
    .optional()
    .describe("Documents that are trusted from now on, beside those that are"),
  remove_trusted: z
    .array(z.string().regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in lower-case hexadecimal digits"))
    .max(MAX_DOCUMENTS)
    .optional()
    .describe("The SHA-256 of documents that are trusted no longer"),
});

type StoredChange = z.output<typeof settingsSchema>;
type GraphqlSettingsChange = z.output<typeof graphqlSettingsSchema>;
type GraphqlSetting = keyof StoredChange;

export interface GraphqlSettings {
  readonly introspection: (typeof GRAPHQL_INTROSPECTION)[number];
  readonly documents: (typeof GRAPHQL_DOCUMENTS)[number];
  /** By the hash of the text. */
  readonly trusted: ReadonlyMap<string, string>;
}

export interface ShownGraphqlSettings extends Omit<GraphqlSettings, "trusted"> {
  readonly trusted: readonly { readonly sha256: string; readonly document: string }[];
}

/** Characters of all workspaces' trusted documents in memory. */
const MAX_KEPT_CHARS = 16_000_000;
const CHARS_OF_NONE = 500;

const keptSettings = service("GraphQL settings", (_: Engine) => new DerivedCache<GraphqlSettings>(MAX_KEPT_CHARS));

/** Those of the caller's workspace; read once for each revision of its catalog. */
export async function graphqlSettingsOf(ctx: RequestContext): Promise<GraphqlSettings> {
  const { catalog, engine } = ctx;
  const known = keptSettings(engine).get(catalog);
  if (known) return known;
  const settings = await load(ctx);
  let chars = CHARS_OF_NONE;
  for (const text of settings.trusted.values()) chars += text.length;
  keptSettings(engine).set(catalog, settings, chars);
  return settings;
}

export async function showGraphqlSettings(ctx: RequestContext): Promise<ShownGraphqlSettings> {
  return shown(await load(ctx));
}

export async function changeGraphqlSettings(
  ctx: RequestContext,
  change: GraphqlSettingsChange,
): Promise<ShownGraphqlSettings> {
  const { driver, principal, now } = ctx;
  const { workspaceId } = principal;
  const stored = await listAuthSettingRows(driver, workspaceId, SECTION);
  const trusted = await trustedAfter(stored, change);
  const { add_trusted, remove_trusted, ...rest } = change;
  const given: StoredChange = { ...rest, ...(trusted && { trusted }) };
  const names = (Object.keys(settingsSchema.shape) as GraphqlSetting[]).filter((name) => given[name] !== undefined);
  const kept = stored.filter(({ name }) => !names.includes(name as GraphqlSetting));
  const set = names.flatMap((name) => {
    const value = given[name];
    if (value === null) return [];
    return [{ workspaceId, section: SECTION, name, value: JSON.stringify(value), updatedAt: new Date(now) }];
  });
  const data = shown(await settingsIn([...kept, ...set]));
  if (names.length === 0) return data;
  const queries = names.map((name) => {
    const row = set.find((one) => one.name === name);
    return row ? upsertAuthSetting(driver, row) : deleteAuthSetting(driver, { workspaceId, section: SECTION, name });
  });
  const target = `workspace:${workspaceId}`;
  const record = recordOf(ctx, { type: "graphql_settings_change", target, detail: { settings: names } });
  const turn = takeTurn(driver, `GraphQL settings ${workspaceId}`);
  const isByOne = add_trusted !== undefined || remove_trusted !== undefined;
  const at = { workspaceId, section: SECTION, name: "trusted" };
  const unmoved = isByOne ? [mustBeSet(driver, at, rowOf(stored)?.value ?? null, MOVED)] : [];
  return commitMetadataChange(ctx, { queries: [...turn, ...unmoved, ...queries, record], data }).catch(
    (error: unknown) => {
      if (!(error instanceof DataError) || error.guard !== MOVED) throw error;
      throw new PlinthError("CONFLICT", "The trusted documents were changed at the same moment. Try again.", {
        field: add_trusted ? "add_trusted" : "remove_trusted",
      });
    },
  );
}

const rowOf = (rows: readonly AuthSettingRow[]): AuthSettingRow | undefined =>
  rows.find(({ name }) => name === "trusted");

/** All documents as the change leaves them; undefined: it says nothing about them. */
async function trustedAfter(
  stored: readonly AuthSettingRow[],
  { trusted, add_trusted, remove_trusted }: GraphqlSettingsChange,
): Promise<string[] | null | undefined> {
  const field = add_trusted ? "add_trusted" : remove_trusted ? "remove_trusted" : "trusted";
  if (field !== "trusted" && trusted !== undefined)
    throw invalid(field, "stands alone: trusted replaces all documents");
  if (field === "trusted" && !trusted) return trusted;
  const before = field === "trusted" ? undefined : (await settingsIn(stored)).trusted;
  const kept = [...(before ?? [])].filter(([sha256]) => !remove_trusted?.includes(sha256)).map(([, text]) => text);
  const after = [...new Set([...kept, ...(trusted ?? add_trusted ?? [])])];
  const most = (what: string): PlinthError =>
    new PlinthError("LIMIT_EXCEEDED", `${field}: all documents together may ${what}`, { field });
  if (after.length > MAX_DOCUMENTS) throw most(`be ${MAX_DOCUMENTS}`);
  if (JSON.stringify(after).length > MAX_CHARS) throw most(`have ${MAX_CHARS} characters`);
  return after;
}

async function load({ driver, principal }: RequestContext): Promise<GraphqlSettings> {
  return settingsIn(await listAuthSettingRows(driver, principal.workspaceId, SECTION));
}

async function settingsIn(
  rows: readonly { readonly name: string; readonly value: string }[],
): Promise<GraphqlSettings> {
  const stored = Object.fromEntries(rows.map(({ name, value }) => [name, JSON.parse(value)])) as StoredChange;
  const { introspection, documents, trusted } = stored;
  const bytes = new TextEncoder();
  const hashed = (trusted ?? []).map(
    async (text): Promise<[string, string]> => [await sha256Hex(bytes.encode(text)), text],
  );
  return {
    introspection: introspection ?? "everyone",
    documents: documents ?? "any",
    trusted: new Map(await Promise.all(hashed)),
  };
}

function shown({ trusted, ...settings }: GraphqlSettings): ShownGraphqlSettings {
  return { ...settings, trusted: [...trusted].map(([sha256, document]) => ({ sha256, document })) };
}
