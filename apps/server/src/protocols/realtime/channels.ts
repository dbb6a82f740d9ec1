import { checkChannel, publishMessage, subscribeChannel } from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import { defineRoute } from "../../http/define-route.ts";
import { object, TEXT } from "../../http/openapi/json-schema.ts";
import { defineStream } from "./stream.ts";

const messageSchema = z.strictObject({
  event: z
    .string()
    .regex(/^[\w.:-]{1,64}$/, "must hold only letters, digits, _, ., : and -")
    .default("message"),
  data: z.json().describe("At most 16 KB of JSON"),
});

const path = "/api/realtime/channels/:name";

/** Messages between callers, under rules about `channel:<pattern>`. */
export const channelStream = defineStream({
  id: "followChannel",
  path,
  summary: "The messages of an application channel",
  access: "caller",
  errors: ["UNAUTHORIZED", "FORBIDDEN", "INVALID_CURSOR", "GONE"],
  query: {},
  resumes: true,
  subscription({ ctx, grant }, { name, after }) {
    const request = { name, after };
    checkChannel(ctx, request);
    return {
      ctx,
      grant,
      immediate: after === undefined,
      subscribe: (subscribers, connection) => subscribeChannel(subscribers, ctx, grant, request, connection),
    };
  },
});

/** `POST /api/realtime/channels/:name`: a message for all subscribers of the channel. */
export const publishRoute = defineRoute(`POST ${path}`, {
  id: "publishMessage",
  tag: "Realtime",
  summary: "Send a message to an application channel",
  access: "caller",
  scope: "items",
  body: messageSchema,
  status: 202,
  response: () => object({ channel: TEXT, event: TEXT }),
  errors: ["UNAUTHORIZED", "FORBIDDEN", "LIMIT_EXCEEDED"],
  write: (ctx, { params, body }) => publishMessage(ctx, params.name, body.event, body.data),
});
