import { checkPresence, subscribePresence } from "@plinth/engine";
import { defineStream } from "./stream.ts";

/** Who is there. Whoever asks is there, as long as the stream lasts. */
export const presenceStream = defineStream({
  id: "followPresence",
  path: "/api/realtime/presence/:name",
  summary: "Who is there; whoever asks is there too",
  access: "user",
  errors: ["FORBIDDEN", "INVALID_CURSOR"],
  query: {},
  resumes: true,
  listen({ scope, grant }, { name, after }) {
    const request = { name, after };
    checkPresence(scope, request);
    return { scope, grant, subscribe: (room, outlet) => subscribePresence(room, scope, grant, request, outlet) };
  },
});
