import { checkChannel, publishMessage, subscribeChannel } from "@plinth/engine";
import type { Hono } from "hono";
import * as z from "zod";
import type { AppEnv } from "../../context.ts";
import { jsonBody, queryParams } from "../validate.ts";
import { answerStream } from "./answer.ts";
import { streamQuery } from "./items.ts";
import { listenerOf } from "./listener.ts";

export const channelQuery = z.strictObject(streamQuery);
export const messageSchema = z.strictObject({
  event: z
    .string()
    .regex(/^[\w.:-]{1,64}$/, "must hold only letters, digits, _, ., : and -")
    .default("message"),
  data: z.json().describe("At most 16 KB of JSON"),
});

/** `/api/realtime/channels/:name`: messages between callers, under rules about `channel:<pattern>`. */
export function channelsRoutes(app: Hono<AppEnv>): void {
  const path = "/api/realtime/channels/:name";

  app.get(path, queryParams(channelQuery), async (c) => {
    const query = c.req.valid("query");
    const { scope, grant } = await listenerOf(c, query.ticket);
    const after = c.req.header("last-event-id") || query.after || undefined;
    const request = { name: c.req.param("name"), after };
    checkChannel(scope, request);
    const subscribe = (...[room, outlet]: Parameters<Parameters<typeof answerStream>[1]["subscribe"]>) =>
      subscribeChannel(room, scope, grant, request, outlet);
    return answerStream(c, { scope, grant, immediate: after === undefined, subscribe });
  });
  app.post(path, jsonBody(messageSchema), async (c) => {
    const { event, data } = c.req.valid("json");
    const name = c.req.param("name");
    await publishMessage(c.var.scope, name, event, data);
    return c.json({ data: { channel: name, event } }, 202);
  });
}
