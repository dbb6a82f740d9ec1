import { checkChannel, publishMessage, subscribeChannel } from "@plinth/engine";
import type { Hono } from "hono";
import * as z from "zod";
import type { AppEnv } from "../../context.ts";
import { answerData } from "../../http/answer-write.ts";
import { jsonBody } from "../../http/validate.ts";
import { defineStream } from "./stream.ts";

export const messageSchema = z.strictObject({
  event: z
    .string()
    .regex(/^[\w.:-]{1,64}$/, "must hold only letters, digits, _, ., : and -")
    .default("message"),
  data: z.json().describe("At most 16 KB of JSON"),
});

const path = "/api/realtime/channels/:name";

/** Messages between callers, under rules about `channel:<pattern>`. */
export const channelStream = defineStream({
  path,
  query: {},
  resumes: true,
  listen({ scope, grant }, { name, after }) {
    const request = { name, after };
    checkChannel(scope, request);
    return {
      scope,
      grant,
      immediate: after === undefined,
      subscribe: (room, outlet) => subscribeChannel(room, scope, grant, request, outlet),
    };
  },
});

/** `POST /api/realtime/channels/:name`: a message for all who follow the channel. */
export function channelsRoutes(app: Hono<AppEnv>): void {
  app.post(path, jsonBody(messageSchema), (c) => {
    const { event, data } = c.req.valid("json");
    return answerData(c, 202, (scope) => publishMessage(scope, c.req.param("name"), event, data));
  });
}
