import type { Json } from "@plinth/core";
import { checkSync, followSync, type ShapeInput, type SyncRequest, syncAnswer } from "@plinth/engine";
import type { Context } from "hono";
import * as z from "zod";
import type { AppEnv } from "../../context.ts";
import { jsonRead } from "../../http/answer-read.ts";
import { callerCheckOf } from "../../http/caller-check.ts";
import { defineRoute } from "../../http/define-route.ts";
import { ANY_OBJECT, FLAG, type JsonSchema, listOf, object, TEXT, UUID } from "../../http/openapi/json-schema.ts";
import { anyJson, parseValue } from "../../http/validate.ts";
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
  filter: anyJson.optional(),
  fields: z.array(z.string()).min(1).max(200).optional(),
});

const shapesSchema = z.strictObject({
  shapes: z
    .record(z.string().regex(NAME, "a shape's name has 1 to 64 letters, digits, - and _"), shapeSchema)
    .refine((shapes) => {
      const count = Object.keys(shapes).length;
      return count > 0 && count <= MAX_SHAPES;
    }, `expected 1 to ${MAX_SHAPES} shapes`),
});

const syncQuery = z.strictObject({
  shapes: z.string().max(MAX_SHAPES_CHARS).describe('JSON: `{"posts": {"filter": …, "fields": […]}}`'),
  after: z.string().max(4000).optional().describe("The `next` of the last answer; without it, everything is sent"),
  limit: z
    .string()
    .regex(/^[1-9]\d{0,5}$/, "must be a whole number from 1")
    .transform(Number)
    .optional()
    .describe("The most rows and changes to read for one answer"),
  ticket: streamQuery.ticket,
  poll: z.string().max(5).optional().describe("Wait until there is something to tell, or for 20 s"),
});

const ADMIT = callerCheckOf({ method: "GET", path: "/api/sync", access: "caller", scope: "items" });

/** `/api/sync`: a copy of several collections, kept current. */
export const syncRoute = defineRoute("GET /api/sync", {
  id: "sync",
  tag: "Realtime",
  summary: "A copy of several collections as the caller sees them, and then their changes",
  access: "caller",
  scope: "items",
  acceptsTicket: true,
  query: syncQuery,
  response: syncResponse,
  responseTypes: ["application/json", "text/event-stream"],
  errors: ["COLLECTION_NOT_FOUND", "UNAUTHORIZED", "FORBIDDEN", "INVALID_CURSOR", "LIMIT_EXCEEDED"],
  async handle(c, { query }) {
    const { ticket, poll } = query;
    const follows = poll === undefined && (c.req.header("accept") ?? "").includes("text/event-stream");
    const request = syncRequestOf(query, follows ? c.req.header("last-event-id") : undefined);
    if (!follows && poll === undefined && ticket === undefined) {
      ADMIT?.(c.env.principal, "GET");
      return jsonRead(c, await syncAnswer(c.env.ctx, request));
    }
    const { ctx, grant } = await streamCallerOf(c, ticket);
    ADMIT?.(ctx.principal, "GET");
    if (!follows && poll === undefined) return jsonRead(c, await syncAnswer(ctx, request));
    checkSync(ctx, request);
    const subscription: Subscription = {
      ctx,
      grant,
      single: true,
      subscribe: (subscribers, connection) => followSync(subscribers, ctx, grant, request, connection),
    };
    return follows ? answerStream(c, subscription) : answerPoll(c, subscription, request);
  },
});

/** Waits until there is something to tell. */
async function answerPoll(c: Context<AppEnv>, subscription: Subscription, { after }: SyncRequest): Promise<Response> {
  const { messages, position } = await gather(c, subscription);
  throwRefusals(messages);
  return jsonRead(c, messages[0] ?? { changes: [], next: position ?? after, more: false });
}

/** A browser that reconnects by itself sends the header, and its original address. */
function syncRequestOf({ shapes: text, after, limit }: z.output<typeof syncQuery>, lastEventId?: string): SyncRequest {
  const { shapes } = parseValue(shapesSchema, { shapes: parseJsonParameter("shapes", text) });
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
