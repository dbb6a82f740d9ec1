import { checkPresence, subscribePresence } from "@plinth/engine";
import { defineStream } from "./stream.ts";

/** Who is there. Whoever asks is there, as long as the stream lasts. */
export const presenceStream = defineStream({
  path: "/api/realtime/presence/:name",
  query: {},
  resumes: false,
  listen({ scope, grant }, { name }) {
    checkPresence(scope, name);
    return { scope, grant, subscribe: (room, outlet) => subscribePresence(room, scope, grant, name, outlet) };
  },
});
