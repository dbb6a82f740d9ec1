import { requireAdmin, subscribeSchema } from "@plinth/engine";
import { defineStream } from "./stream.ts";

/** That the schema has changed, for those with full rights. */
export const schemaStream = defineStream({
  path: "/api/realtime/collections",
  query: {},
  resumes: false,
  listen({ scope, grant }) {
    requireAdmin(scope.principal);
    return { scope, grant, subscribe: (room, outlet) => subscribeSchema(room, scope, grant, outlet) };
  },
});
