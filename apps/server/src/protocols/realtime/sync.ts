import type { Json } from "@plinth/core";
import { checkSync, followSync, type ShapeInput, type SyncRequest, syncAnswer } from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { jsonRead } from "../../http/answer-read.ts";
import { callerCheckOf } from "../../http/caller-check.ts";
import { defineRoute } from "../../http/define-route.ts";
import { ANY_OBJECT, FLAG, type JsonSchema, listOf, object, TEXT, UUID } from "../../http/openapi/json-schema.ts";
import { parseValue } from "../../http/validate.ts";
import { answerStream, gather } from "./answer.ts";
import { parseJsonParameter } from "./json-parameter.ts";
import { throwRefusals } from "./poll.ts";
import { streamQuery } from "./stream.ts";
import { streamCallerOf } from "./stream-caller.ts";
import type { Subscription } from "./subscription.ts";

const MAX_SHAPES = 20;
const MAX_SHAPES_CHARS = 8000;
const NAME = /^[A-Za-z0-9_-]{1,64}$/;

const shapeSchema = z.strictObject({
  collection: z.string().optional(),
  filter: z.unknown().optional(),
  fields: z.array(z.string()).min(1).max(200).optional(),
});

const shapes = z
  .record(z.string().regex(NAME, "a shape's name has 1 to 64 letters, digits, - and _"), shapeSchema)
  .refine((given) => {
    const count = Object.keys(given).length;
    return count > 0 && count <= MAX_SHAPES;
  }, `expected 1 to ${MAX_SHAPES} shapes`);
const after = z.string().max(4000).optional().describe("The `next` of the last answer; without it, everything is sent");
const LIMIT_TEXT = "The most rows and changes to read for one answer";
const transport = {
  ticket: streamQuery.ticket,
  poll: z.string().max(5).optional().describe("Wait until there is something to tell, or for 20 s"),
};

const bodySchema = z.strictObject({ shapes, after, limit: z.int().min(1).optional().describe(LIMIT_TEXT) });
const shapesSchema = bodySchema.pick({ shapes: true });

const COMMON = {
  tag: "Realtime",
  access: "caller",
  scope: "items",
  acceptsTicket: true,
  response: syncResponse,
  responseTypes: ["application/json", "text/event-stream"],
  errors: ["COLLECTION_NOT_FOUND", "UNAUTHORIZED", "FORBIDDEN", "INVALID_CURSOR", "LIMIT_EXCEEDED"],
  load: "list",
  waits: (request: Request) => isStream(request) || new URL(request.url).searchParams.has("poll"),
} as const;

const ADMIT = callerCheckOf({ method: "GET", path: "/api/sync", ...COMMON });

/** `/api/sync`: a copy of several collections, kept current. */
export const syncRoute = defineRoute("GET /api/sync", {
  ...COMMON,
  id: "sync",
  summary: "A copy of several collections as the caller sees them, and then their changes",
  query: z.strictObject({
    shapes: z.string().max(MAX_SHAPES_CHARS).describe('JSON: `{"posts": {"filter": …, "fields": […]}}`'),
    after,
    limit: z
      .string()
      .regex(/^[1-9]\d{0,5}$/, "must be a whole number from 1")
      .transform(Number)
      .optional()
      .describe(LIMIT_TEXT),
    ...transport,
  }),
  handle: (c, { query: { shapes: text, ...query } }) =>
    answerSync(c, { ...query, ...parseValue(shapesSchema, { shapes: parseJsonParameter("shapes", text) }) }, query),
});

/** The same for shapes that are too long for an address. */
export const syncByBodyRoute = defineRoute("POST /api/sync", {
  ...COMMON,
  id: "syncByBody",
  summary: "The same, for shapes that are too long for an address",
  query: z.strictObject(transport),
  body: bodySchema,
  handle: (c, { query, body }) => answerSync(c, body, query),
});

interface Transport {
  readonly ticket?: string | undefined;
  readonly poll?: string | undefined;
}

function isStream(request: Request): boolean {
  return (request.headers.get("accept") ?? "").includes("text/event-stream");
}

async function answerSync(
  c: Context<AppEnv>,
  input: z.output<typeof bodySchema>,
  { ticket, poll }: Transport,
): Promise<Response> {
  const follows = poll === undefined && isStream(c.req.raw);
  const request = syncRequestOf(input, follows ? c.req.header("last-event-id") : undefined);
  if (!follows && poll === undefined) {
    const ctx = ticket === undefined ? c.env.ctx : (await streamCallerOf(c, ticket)).ctx;
    ADMIT?.(ctx.principal, "GET");
    return jsonRead(c, await syncAnswer(ctx, request));
  }
  const { ctx, grant } = await streamCallerOf(c, ticket);
  ADMIT?.(ctx.principal, "GET");
  checkSync(ctx, request);
  const subscription: Subscription = {
    ctx,
    grant,
    single: true,
    subscribe: (subscribers, connection) =>
      followSync(subscribers, ctx, grant, request, connection, (work) => c.env.admission.inSlot(c, "list", work)),
  };
  return follows ? answerStream(c, subscription) : answerPoll(c, subscription, request);
}

/** Waits until there is something to tell. */
async function answerPoll(c: Context<AppEnv>, subscription: Subscription, request: SyncRequest): Promise<Response> {
  const { messages, position } = await gather(c, subscription);
  throwRefusals(messages);
  const next = position ?? request.after;
  // Nothing could be read meanwhile: now the error is the answer, if it lasts.
  const isRead = !c.req.raw.signal.aborted;
  if (isRead && messages.length === 0 && next === undefined)
    return jsonRead(c, await syncAnswer(subscription.ctx, request));
  return jsonRead(c, messages[0] ?? { changes: [], next, more: false });
}

/** A browser that reconnects by itself sends the header, and its original address. */
function syncRequestOf({ shapes, after, limit }: z.output<typeof bodySchema>, lastEventId?: string): SyncRequest {
  const inputs = Object.entries(shapes).map(([name, { collection = name, filter, fields }]): [string, ShapeInput] => [
    name,
    { collection, filter: filter as Json | undefined, fields },
  ]);
  return { shapes: new Map(inputs), after: lastEventId || after || undefined, limit };
}

function syncResponse(): JsonSchema {
  const change = object({
    shape: TEXT,
    event: { type: "string", enum: ["enter", "update", "leave"] },
    id: UUID,
    "data?": ANY_OBJECT,
    "cause?": { type: "string", enum: ["delete", "filter"] },
  });
  const begin: JsonSchema = { type: "string", enum: ["new", "gone", "many"] };
  const snapshot = object({ "begin?": begin, rows: listOf(ANY_OBJECT), complete: FLAG });
  const error = object({ code: TEXT, message: TEXT, status: { type: "integer" }, "details?": ANY_OBJECT });
  return object({
    changes: listOf(change),
    "snapshots?": { type: "object", additionalProperties: snapshot },
    "errors?": { type: "object", additionalProperties: error },
    next: TEXT,
    more: FLAG,
    "partial?": FLAG,
  });
}
