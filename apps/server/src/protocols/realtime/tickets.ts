import { makeTicket } from "@plinth/engine";
import { json } from "../../http/answer.ts";
import { defineRoute } from "../../http/define-route.ts";
import { data, INSTANT, object, TEXT } from "../../http/openapi/json-schema.ts";
import { streamCallerOf } from "./stream-caller.ts";

/** `POST /api/realtime/tickets`: for a minute, opens a stream where a request can carry no credentials. */
export const ticketRoute = defineRoute("POST /api/realtime/tickets", {
  id: "createStreamTicket",
  tag: "Realtime",
  summary: "A ticket that opens streams for a minute, where a request can carry no credentials",
  access: "identified",
  scope: "items",
  status: 201,
  response: () => data(object({ ticket: TEXT, expires_at: INSTANT })),
  async handle(c) {
    const { grant } = await streamCallerOf(c, undefined);
    return json(c, { data: await makeTicket(c.env.engine, grant) }, 201);
  },
});
