import { DataError, invalid, outgoingProblem, PlinthError, type SqlDriver } from "@plinth/core";
import {
  type AuthSettingRow,
  deleteAuthSetting,
  listAuthSettingRows,
  mustBeSet,
  takeTurn,
  upsertAuthSetting,
} from "@plinth/db";
import { commit } from "../commit/commit.ts";
import { recordOf } from "../identity/security-events.ts";
import type { Engine, RequestContext } from "../kernel/engine.ts";
import { textCipher } from "../kernel/text-cipher.ts";
import * as z from "../kernel/zod.ts";
import { usedTokens } from "./budget.ts";

const MOST_MODELS = 50;
const MOST_TOKENS = 1_000_000_000_000;
/** Of the rows that hold a workspace's settings. */
const SECTION = "ai";
/** Label of what fails a batch where another one has changed the address. */
const MOVED = "AI endpoint moved";
const cipher = textCipher("keys of AI endpoints");

const models = (what: string) =>
  z
    .array(z.string().regex(/^[\w.:/@-]{1,200}$/, "must be a model's name, such as gpt-4o-mini"))
    .max(MOST_MODELS)
    .nullable()
    .optional()
    .describe(`The models of ${what} that may be asked; the first is asked where a request names none`);

/** What a workspace sets. Null: it is as if it had not been set. */
export const aiSettingsSchema = z.strictObject({
  url: z
    .string()
    .max(2000)
    .nullable()
    .optional()
    .describe("Where the endpoint is, such as `https://api.openai.com/v1`. Another one takes its key with it"),
  key: z
    .string()
    .min(1)
    .max(2000)
    .regex(/^[\x21-\x7e]+$/, "must be visible ASCII characters without spaces")
    .nullable()
    .optional()
    .describe("Its key, which is stored encrypted and never returned"),
  chat_models: models("chats"),
  embedding_models: models("embeddings"),
  tokens_a_day: z
    .int()
    .min(0)
    .max(MOST_TOKENS)
    .nullable()
    .optional()
    .describe("Tokens of requests and answers that the workspace may use within 24 hours"),
});

type AiSettingsChange = z.output<typeof aiSettingsSchema>;
type SettingKey = keyof AiSettingsChange;
type StoredSettings = { readonly [Key in SettingKey]?: Exclude<AiSettingsChange[Key], null> };

/** Where models are asked, and which. */
export interface AiEndpoint {
  readonly url: string;
  readonly key: string | undefined;
  readonly chatModels: readonly string[];
  readonly embeddingModels: readonly string[];
  readonly tokensADay: number | null;
  /** Whose settings these are. Where the server's own endpoint is, only its operator has said. */
  readonly from: "workspace" | "server";
}

export interface ShownAiSettings {
  url: string | null;
  has_key: boolean;
  chat_models: readonly string[];
  embedding_models: readonly string[];
  tokens_a_day: number | null;
  /** Null: nothing is set. */
  from: AiEndpoint["from"] | null;
  used: { tokens: number; until: string | null };
}

/** The endpoint of the workspace, or that of the server. Undefined: neither is set. */
export async function aiEndpointOf(
  engine: Engine,
  driver: SqlDriver,
  workspaceId: string,
): Promise<AiEndpoint | undefined> {
  return endpointFrom(engine, workspaceId, storedIn(await listAuthSettingRows(driver, workspaceId, SECTION)));
}

async function endpointFrom(
  engine: Engine,
  workspaceId: string,
  { url, key, chat_models, embedding_models, tokens_a_day }: StoredSettings,
): Promise<AiEndpoint | undefined> {
  if (url !== undefined) {
    return {
      url,
      key: key === undefined ? undefined : await cipher.decrypt(engine, workspaceId, key),
      chatModels: chat_models ?? [],
      embeddingModels: embedding_models ?? [],
      tokensADay: tokens_a_day ?? null,
      from: "workspace",
    };
  }
  const { ai } = engine.config;
  // The operator pays, so that a workspace can only use less of what the operator allows.
  return (
    ai && {
      ...ai,
      chatModels: within(ai.chatModels, chat_models),
      embeddingModels: within(ai.embeddingModels, embedding_models),
      tokensADay: Math.min(ai.tokensADay, tokens_a_day ?? ai.tokensADay),
      from: "server",
    }
  );
}

const within = (allowed: readonly string[], chosen: readonly string[] | undefined): readonly string[] =>
  chosen ? chosen.filter((model) => allowed.includes(model)) : allowed;

export async function showAiSettings(ctx: RequestContext): Promise<ShownAiSettings> {
  const rows = await listAuthSettingRows(ctx.driver, ctx.principal.workspaceId, SECTION);
  return shown(ctx, storedIn(rows));
}

export async function changeAiSettings(ctx: RequestContext, change: AiSettingsChange): Promise<ShownAiSettings> {
  const { driver, engine, principal, now } = ctx;
  const { workspaceId } = principal;
  const before = storedIn(await listAuthSettingRows(driver, workspaceId, SECTION));
  const after = changed(before, change);
  requireUsable(engine, after);
  if (typeof change.key === "string") after.key = await cipher.encrypt(engine, workspaceId, change.key);
  const isMoved = before.url !== after.url;
  // A key that somebody stores at this moment is for the address before.
  const isChanged = (name: SettingKey) => before[name] !== after[name] || (name === "key" && isMoved);
  const names = (Object.keys(aiSettingsSchema.shape) as SettingKey[]).filter(isChanged);
  const queries = names.map((name) => {
    const at = { workspaceId, section: SECTION, name };
    const value = after[name];
    if (value === undefined) return deleteAuthSetting(driver, at);
    return upsertAuthSetting(driver, { ...at, value: JSON.stringify(value), updatedAt: new Date(now) });
  });
  const data = await shown(ctx, after);
  if (queries.length === 0) return data;
  const record = recordOf(ctx, {
    type: "ai_settings_change",
    target: `workspace:${workspaceId}`,
    detail: { settings: names },
  });
  const at = { workspaceId, section: SECTION, name: "url" };
  const unmoved = mustBeSet(driver, at, before.url === undefined ? null : JSON.stringify(before.url), MOVED);
  const turn = takeTurn(driver, `AI settings ${workspaceId}`);
  return commit(ctx, { queries: [...turn, unmoved, ...queries, record], data }).catch((error: unknown) => {
    if (!(error instanceof DataError) || error.guard !== MOVED) throw error;
    throw new PlinthError("CONFLICT", "The address was changed at the same moment. Try again.", { field: "url" });
  });
}

type ChangedSettings = { -readonly [Key in SettingKey]?: Exclude<AiSettingsChange[Key], null> };

function changed(before: StoredSettings, change: AiSettingsChange): ChangedSettings {
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  const merged: Record<string, unknown> = { ...before, ...Object.fromEntries(given) };
  // Whoever changes the address must not get the key sent there that somebody else has stored.
  const isElsewhere = (merged.url ?? undefined) !== before.url;
  if (isElsewhere && typeof change.key !== "string") delete merged.key;
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null)) as ChangedSettings;
}

function requireUsable({ config }: Engine, { url, key }: StoredSettings): void {
  if (url === undefined) {
    if (key !== undefined) throw invalid("key", "is of an endpoint of your own: set url too");
    return;
  }
  const wrong = outgoingProblem(url, config.privateAddresses);
  if (wrong) throw invalid("url", wrong);
  if (/[?#]/.test(url)) throw invalid("url", "must have no query, such as https://api.openai.com/v1");
}

async function shown(ctx: RequestContext, stored: StoredSettings): Promise<ShownAiSettings> {
  const { engine, driver, principal } = ctx;
  // Whether the key can be read is no matter here.
  const { key, ...rest } = stored;
  const endpoint = await endpointFrom(engine, principal.workspaceId, rest);
  const used = await usedTokens(engine, driver, principal.workspaceId);
  return {
    // Where the server's own endpoint is, is not for workspaces.
    url: stored.url ?? null,
    has_key: key !== undefined,
    chat_models: endpoint?.chatModels ?? [],
    embedding_models: endpoint?.embeddingModels ?? [],
    tokens_a_day: endpoint?.tokensADay ?? null,
    from: endpoint?.from ?? null,
    used: { tokens: used?.count ?? 0, until: used && new Date(used.endsAt).toISOString() },
  };
}

/** The key is still encrypted. */
function storedIn(rows: readonly AuthSettingRow[]): StoredSettings {
  return Object.fromEntries(rows.map(({ name, value }) => [name, JSON.parse(value)])) as StoredSettings;
}
