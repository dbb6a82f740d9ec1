import { type Change, isUuid, PlinthError } from "@plinth/core";
import { logReader } from "../../changelog/reader.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import * as z from "../../kernel/zod.ts";
import { changeMessage } from "../../triggers/change-message.ts";
import { ALL_COLLECTIONS, collectionsNamedBy } from "../../triggers/events.ts";
import { wantedChanges } from "../../triggers/wanted-changes.ts";
import { renderMessage, TemplateFailure } from "./template/render.ts";
import { checkWebhook, previewParts } from "./webhook-input.ts";

/** Requests, and their changes, among which one that fits is looked for. */
const MOST_REQUESTS = 20;
const MOST_CHANGES = 100;
/** Stands for the id that the message will have. */
const NO_DELIVERY = "00000000-0000-7000-8000-000000000000";

export const previewWebhookSchema = z.strictObject({
  ...previewParts,
  item: z
    .string()
    .refine(isUuid, "must be the id of an item")
    .optional()
    .describe(
      "The item whose last change is taken; the events must name one collection. Absent: the last change that fits",
    ),
});

/** What a webhook would send of a real change. */
export interface WebhookPreview {
  type: string;
  item: string;
  /** Of the change in the log. */
  position: string;
  /** The bytes that are signed and sent, as text. */
  body: string;
  /** The own headers of the request. */
  headers: Readonly<Record<string, string>>;
}

/** Sends nothing, and stores nothing. */
export async function previewWebhook(
  ctx: RequestContext,
  input: z.output<typeof previewWebhookSchema>,
): Promise<WebhookPreview> {
  const { template, headers, payload } = input;
  await checkWebhook(ctx, { ...input, form: "v1", body_signature: null });
  const wanted = wantedChanges(await recentChanges(ctx, input), ctx.catalog, { startXid: -1, startSeq: -1 }, input);
  const [newest] = wanted;
  if (!newest) throw new PlinthError("NOT_FOUND", "No recent change fits: write an item, then try again.");
  const { collection, change } = newest;
  const message = { id: NO_DELIVERY, ...changeMessage(collection, change, { ...payload, isShort: false }) };
  const { item, position } = change;
  try {
    return { type: message.type, item, position, ...(await renderMessage(ctx.engine, { template, headers }, message)) };
  } catch (error) {
    if (!(error instanceof TemplateFailure)) throw error;
    const [field] = error.message.split(":", 1);
    throw new PlinthError("VALIDATION", error.message, { field: field! });
  }
}

/** The newest first. */
async function recentChanges(
  ctx: RequestContext,
  { events, item }: Pick<z.output<typeof previewWebhookSchema>, "events" | "item">,
): Promise<Change[]> {
  const { engine, driver, catalog, principal } = ctx;
  const { workspaceId } = principal;
  const log = logReader(engine, driver);
  const [slug, ...others] = collectionsNamedBy(events);
  const isOne = others.length === 0 && slug !== ALL_COLLECTIONS;
  const collectionId = isOne ? catalog.collections.get(slug!)?.id : undefined;
  if (item !== undefined) {
    if (collectionId === undefined)
      throw new PlinthError("VALIDATION", "item: needs events of one collection", { field: "item" });
    return (await log.ofItem({ workspaceId, collectionId, item: item.toLowerCase() }, { limit: MOST_REQUESTS }))
      .changes;
  }
  const { requests } = await log.requests(workspaceId, {
    limit: MOST_REQUESTS,
    ...(collectionId !== undefined && { filter: { collectionId } }),
  });
  const ids = requests.map(({ requestId }) => requestId);
  const heads = ids.length === 0 ? [] : await log.ofRequests(workspaceId, ids, { limit: MOST_CHANGES });
  const positions = heads.map(({ position }) => position);
  return positions.length === 0 ? [] : (await log.at(workspaceId, positions)).changes;
}
