import { checkSchema, subscribeSchema } from "@plinth/engine";
import { defineStream } from "./stream.ts";

/** That the schema has changed, for those with full rights. */
export const schemaStream = defineStream({
  id: "followSchema",
  path: "/api/realtime/collections",
  summary: "That collections have changed",
  access: "admin",
  query: {},
  resumes: true,
  listen({ scope, grant }, { after }) {
    const request = { after };
    checkSchema(scope, request);
    return {
      scope,
      grant,
      immediate: after === undefined,
      subscribe: (room, outlet) => subscribeSchema(room, scope, grant, request, outlet),
    };
  },
});
