import { DataError, invalid, isUuid, PlinthError, uuidv7, type WebhookForm } from "@plinth/core";
import type * as z from "zod";
import { logReader } from "../../changelog/reader.ts";
import { commit } from "../../commit/commit.ts";
import type { Requirement } from "../../commit/requirement.ts";
import { type CursorPage, idInCursor, type PageQuery, pageById } from "../../identity/paging.ts";
import { recordOf } from "../../identity/security-events.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { startAt } from "../../triggers/log-start.ts";
import {
  beginCursor,
  deleteWebhookLater,
  findWebhookRow,
  insertWebhook,
  listWebhookRows,
  mustHaveFewWebhooks,
  updateWebhookQueries,
  type WebhookBasis,
  type WebhookRow,
} from "./repository.ts";
import { WEBHOOKS_RETENTION } from "./schedule.ts";
import { secretsIn, settingsIn, type WebhookSecret, type WebhookSettings } from "./settings.ts";
import { encryptHeaders, ownHeaders, publicKeyOf, secretFor } from "./signing.ts";
import { checkWebhook, type createWebhookSchema, type updateWebhookSchema } from "./webhook-input.ts";

const MAX_WEBHOOKS = 50;
const CURSOR_SORT = "id";
/** The guard of a change that was made from what it has read. */
export const AS_READ = "webhook";

/** A webhook as the API returns it. */
export interface Webhook extends WebhookSettings {
  id: string;
  name: string;
  url: string;
  form: WebhookForm;
  ordered: boolean;
  enabled: boolean;
  /** Why the server has disabled it; null: it has not. */
  disabled_reason: string | null;
  /** Since when no message has arrived; null: the last one has. */
  failing_since: string | null;
  /** Until when nothing is sent to it, after several failures. */
  paused_until: string | null;
  secrets: WebhookSecret[];
  /** Of `v1a`, for receivers; null for `v1`, whose secret is shown once. */
  public_key: string | null;
  created_at: string;
  updated_at: string;
}

export async function listWebhooks(ctx: RequestContext, { limit, cursor }: PageQuery): Promise<CursorPage<Webhook>> {
  const page = { limit: limit + 1, after: idInCursor(cursor, CURSOR_SORT) };
  const { data, ...rest } = pageById(
    await listWebhookRows(ctx.driver, ctx.principal.workspaceId, page),
    limit,
    CURSOR_SORT,
    (row) => row,
  );
  return { ...rest, data: await Promise.all(data.map((row) => describeWebhook(ctx, row))) };
}

export async function getWebhook(ctx: RequestContext, id: string): Promise<Webhook> {
  return describeWebhook(ctx, await requireWebhook(ctx, id));
}

/** With the secret by which receivers verify messages, which is not shown again. */
export async function createWebhook(
  ctx: RequestContext,
  input: z.output<typeof createWebhookSchema>,
): Promise<Webhook & { secret?: string }> {
  const { engine, driver, principal, now } = ctx;
  const { workspaceId } = principal;
  const { name, url, form, ordered, enabled, headers } = input;
  await checkWebhook(ctx, input);
  const id = uuidv7(now);
  const secret: WebhookSecret = { id: uuidv7(now), created_at: new Date(now).toISOString(), ends_at: null };
  const start = await logReader(engine, driver).head(workspaceId);
  const row: WebhookRow = {
    ...{ id, workspaceId, name, url, form, ordered, enabled, createdAt: now, updatedAt: now },
    settings: settingsText(input, Object.keys(headers)),
    headers: await encryptHeaders(engine, id, headers),
    secrets: JSON.stringify([secret]),
    ...{ disabledReason: null, deletedAt: null },
    ...startAt(start),
    ...NO_FAILURES,
  };
  const queries = [
    ...(enabled ? beginCursor(driver, workspaceId, start) : []),
    insertWebhook(driver, row),
    recordOf(ctx, { type: "webhook_create", target: `webhook:${id}`, detail: { name, origin: new URL(url).origin } }),
  ];
  const data = { ...(await describeWebhook(ctx, row)), ...(await secretFor(engine, row, secret.id)) };
  return commit(ctx, { queries, requires: [fewWebhooks(ctx)], data, secret: true });
}

export async function updateWebhook(
  ctx: RequestContext,
  id: string,
  input: z.output<typeof updateWebhookSchema>,
): Promise<Webhook> {
  const before = await requireWebhook(ctx, id);
  const { engine, driver, now } = ctx;
  const { workspaceId } = before;
  if (input.form !== undefined && input.form !== before.form) {
    throw invalid("form", "cannot be changed; make another webhook");
  }
  const { header_names: names, ...known } = settingsIn(before);
  const { events, filter, filter_before, payload, headers, template, body_signature } = input;
  const settings = {
    events: events ?? known.events,
    filter: filter === undefined ? known.filter : filter,
    filter_before: filter_before === undefined ? known.filter_before : filter_before,
    payload: payload ?? known.payload,
    template: template === undefined ? known.template : template,
    body_signature: body_signature === undefined ? known.body_signature : body_signature,
  };
  const { url = before.url, enabled = before.enabled } = input;
  const isEnabled = enabled && !before.enabled;
  const isSet = [events, filter, filter_before, payload, template, body_signature].some((part) => part !== undefined);
  // A collection may be gone that it names; whoever disables or renames it need not know.
  if (isEnabled || input.url !== undefined || isSet || headers) {
    const mustFit = template !== undefined || body_signature !== undefined;
    const stored = !headers && mustFit ? await ownHeaders(engine, before) : {};
    const own = { headers: headers ?? stored, hasStoredHeaders: !headers };
    await checkWebhook(ctx, { ...settings, ...own, url, form: before.form as WebhookForm });
  }
  if (!headers && names.length > 0 && new URL(url).origin !== new URL(before.url).origin) {
    throw invalid("headers", `another host would get ${names.join(", ")}: send them with the new url, or {} for none`);
  }
  const start = isEnabled ? await logReader(engine, driver).head(workspaceId) : undefined;
  const change = {
    ...ownColumns(input),
    updatedAt: now,
    ...((isSet || headers) && { settings: settingsText(settings, headers ? Object.keys(headers) : names) }),
    ...(headers && { headers: await encryptHeaders(engine, id, headers) }),
    ...(start !== undefined && { ...startAt(start), ...NO_FAILURES, disabledReason: null }),
    // Another address may answer.
    ...(url !== before.url && NO_FAILURES),
  };
  const basis: WebhookBasis = [
    ...(isSet || headers || input.url !== undefined ? (["settings", "headers"] as const) : []),
    ...(headers || input.url !== undefined ? (["url"] as const) : []),
    ...(enabled && input.enabled !== undefined ? (["enabled"] as const) : []),
  ];
  const row: WebhookRow = { ...before, ...change };
  const detail = { name: row.name, origin: new URL(url).origin, changed: changedParts(before, row) };
  const queries = [
    ...(start === undefined ? [] : beginCursor(driver, workspaceId, start)),
    ...updateWebhookQueries(driver, before, { change, basis }, AS_READ),
    recordOf(ctx, { type: "webhook_change", target: `webhook:${id}`, detail }),
  ];
  const data = await describeWebhook(ctx, row);
  return commit(ctx, { queries, data }).catch(refuseOutrun(ctx, id));
}

/** What a change names, and nothing else: somebody else may change the rest at the same time. */
function ownColumns({ name, url, ordered, enabled }: z.output<typeof updateWebhookSchema>) {
  return {
    ...(name !== undefined && { name }),
    ...(url !== undefined && { url }),
    ...(ordered !== undefined && { ordered }),
    ...(enabled !== undefined && { enabled }),
  };
}

/** For `catch`: the refusal of a change to a webhook that is gone, or that somebody else has changed since it was read. */
export function refuseOutrun(ctx: RequestContext, id: string): (error: unknown) => Promise<never> {
  return async (error) => {
    if (!(error instanceof DataError && error.guard === AS_READ)) throw error;
    await requireWebhook(ctx, id);
    throw new PlinthError("CONFLICT", "The webhook was changed at the same time: read it, and try again.");
  };
}

/** With its messages. */
export async function deleteWebhook(ctx: RequestContext, id: string): Promise<{ id: string }> {
  const row = await requireWebhook(ctx, id);
  const record = recordOf(ctx, { type: "webhook_delete", target: `webhook:${id}`, detail: { name: row.name } });
  const answer = await commit(ctx, { queries: [deleteWebhookLater(ctx.driver, row, ctx.now), record], data: { id } });
  ctx.engine.scheduler.wake(WEBHOOKS_RETENTION);
  return answer;
}

export async function requireWebhook(ctx: RequestContext, id: string): Promise<WebhookRow> {
  const key = { workspaceId: ctx.principal.workspaceId, id };
  const row = isUuid(id) ? await findWebhookRow(ctx.driver, key) : undefined;
  if (!row) throw noSuchWebhook();
  return row;
}

export const noSuchWebhook = () => new PlinthError("NOT_FOUND", "There is no such webhook.");

const NO_FAILURES = { failures: 0, failingSince: null, pausedUntil: 0 };

function settingsText(
  { events, filter, filter_before, payload, template, body_signature }: Omit<WebhookSettings, "header_names">,
  header_names: readonly string[],
): string {
  const content = { events, filter, filter_before, payload, template, body_signature };
  return JSON.stringify({ ...content, header_names } satisfies WebhookSettings);
}

/** Names of what has changed, never what it is: an address may hold a secret. */
function changedParts(before: WebhookRow, after: WebhookRow): string[] {
  return (["name", "url", "settings", "headers", "ordered", "enabled"] as const).filter(
    (part) => before[part] !== after[part],
  );
}

function fewWebhooks({ driver, principal }: RequestContext): Requirement {
  const message = `A workspace can have at most ${MAX_WEBHOOKS} webhooks; delete one first.`;
  return {
    guard: (label) => mustHaveFewWebhooks(driver, principal.workspaceId, MAX_WEBHOOKS, label),
    refusal: () => new PlinthError("LIMIT_EXCEEDED", message),
  };
}

const timeOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

export async function describeWebhook({ engine, now }: RequestContext, row: WebhookRow): Promise<Webhook> {
  const { id, name, url, ordered, enabled, pausedUntil } = row;
  const form = row.form as WebhookForm;
  const secrets = secretsIn(row, now);
  return {
    ...{ id, name, url, form, ordered, enabled, ...settingsIn(row) },
    disabled_reason: row.disabledReason,
    failing_since: timeOf(row.failingSince),
    paused_until: timeOf(pausedUntil > now ? pausedUntil : null),
    secrets,
    public_key: await publicKeyOf(engine, row, secrets[0]!.id),
    created_at: new Date(row.createdAt).toISOString(),
    updated_at: new Date(row.updatedAt).toISOString(),
  };
}
