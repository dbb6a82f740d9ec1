import { checkSchema, subscribeSchema } from "@plinth/engine";
import { defineStream } from "./stream.ts";

/** Schema changes, for callers with full rights. */
export const schemaStream = defineStream({
  id: "followSchema",
  path: "/api/realtime/collections",
  summary: "That collections have changed",
  access: "admin",
  scope: "none",
  query: {},
  resumes: true,
  subscription({ ctx, grant }, { after }) {
    const request = { after };
    checkSchema(request);
    return {
      ctx,
      grant,
      immediate: after === undefined,
      subscribe: (subscribers, connection) => subscribeSchema(subscribers, ctx, grant, request, connection),
    };
  },
});
