import { tickFeatures } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { json } from "../../http/answer.ts";
import { defineRoute } from "../../http/define-route.ts";
import { data, FLAG, object } from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";

const shared = {
  tag: "Server",
  summary: "Do the background work that is due, on hosts that keep no process",
  access: "admin",
  scope: "server:write",
  response: () => data(object({ done: FLAG })),
  async handle(c: Context<AppEnv>) {
    await tickFeatures(c.env.engine, c.env.driver);
    return json(c, { data: { done: true } });
  },
} as const;

/** `/api/tick`: for an external timer. Some hosts' timers can only `GET`. */
export const tickRoutes: readonly Route[] = [
  defineRoute("GET /api/tick", { ...shared, id: "tick" }),
  defineRoute("POST /api/tick", { ...shared, id: "postTick" }),
];
