import { checkPresence, subscribePresence } from "@plinth/engine";
import { defineStream } from "./stream.ts";

/** Who is present. The subscriber itself is present while the stream lasts. */
export const presenceStream = defineStream({
  id: "followPresence",
  path: "/api/realtime/presence/:name",
  summary: "Who is present, including the caller",
  access: "workspace",
  scope: "none",
  errors: ["FORBIDDEN", "INVALID_CURSOR"],
  query: {},
  resumes: true,
  subscription({ ctx, grant }, { name, after }) {
    const request = { name, after };
    checkPresence(ctx, request);
    return {
      ctx,
      grant,
      subscribe: (subscribers, connection) => subscribePresence(subscribers, ctx, grant, request, connection),
    };
  },
});
