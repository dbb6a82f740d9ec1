import { type LiveQueryInput, liveQuery, subscribeLive } from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import { defineRoute } from "../../http/define-route.ts";
import { liveBodySchema, liveInputOf, liveSchemaFor } from "../../http/query/index.ts";
import { answerStream } from "./answer.ts";
import { FOLLOWING, streamQuery } from "./stream.ts";
import { streamCallerOf } from "./stream-caller.ts";
import type { StreamCaller, Subscription } from "./subscription.ts";

/** `POST /api/live`: a query's result, kept current. */
export const liveRoute = defineRoute("POST /api/live", {
  ...FOLLOWING,
  id: "followQuery",
  summary: "A query's result, kept current",
  access: "caller",
  scope: "items",
  query: z.strictObject({
    known: z.string().max(20).optional().describe("The checksum of the result that the caller already has"),
    ticket: streamQuery.ticket,
    poll: streamQuery.poll,
  }),
  body: liveBodySchema,
  bodyForm: liveSchemaFor,
  errors: ["COLLECTION_NOT_FOUND", "UNAUTHORIZED", "FORBIDDEN"],
  async handle(c, { query: { known, ticket }, body }) {
    return answerStream(c, liveSubscription(await streamCallerOf(c, ticket), liveInputOf(body), known));
  },
});

/** Throws the errors of the read. */
export function liveSubscription(
  { ctx, grant }: StreamCaller,
  input: LiveQueryInput,
  known: string | undefined,
): Subscription {
  liveQuery(ctx, input);
  return {
    ctx,
    grant,
    subscribe: (subscribers, connection) => subscribeLive(subscribers, ctx, grant, { input, known }, connection),
  };
}
