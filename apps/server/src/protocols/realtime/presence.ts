import { checkPresence, subscribePresence } from "@plinth/engine";
import { defineStream } from "./stream.ts";

/** Who is there. Whoever asks is there, as long as the stream lasts. */
export const presenceStream = defineStream({
  path: "/api/realtime/presence/:name",
  query: {},
  resumes: true,
  listen({ scope, grant }, { name, after }) {
    const request = { name, after };
    checkPresence(scope, request);
    return { scope, grant, subscribe: (room, outlet) => subscribePresence(room, scope, grant, request, outlet) };
  },
});
