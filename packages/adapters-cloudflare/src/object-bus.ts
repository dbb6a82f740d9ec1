/** Wake-ups through Durable Objects, one for each topic. https://developers.cloudflare.com/durable-objects/ */
import type { Bus } from "@plinth/core";
import { type AcceptedSocket, acceptSocket, type ObjectStateLike, trySend } from "./object-state.ts";

/** The part of a `DurableObjectNamespace` binding that is used. */
export interface ObjectNamespaceLike {
  // The id's own type belongs to the runtime.
  idFromName(name: string): never;
  get(id: never): { fetch(request: string | Request, init?: RequestInit): Promise<Response> };
}

/** The used part of an accepted socket; `Response.webSocket` exists only in this runtime. */
interface ClientSocket {
  accept(): void;
  close(): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
}

const ADDRESS = "https://object/bus";
const LISTENERS = "bus";
const NOBODY = 204;

/**
 * How long an isolate sends no bare wake-ups after it learned that there are no listeners; messages with a text are
 * always sent. New listeners poll meanwhile.
 */
export const QUIET_MS = 5000;
const MAX_QUIET = 10_000;

/**
 * A message is one request to the topic's object, which sends it to all listeners: each by a socket that belongs to the
 * request that opened it.
 *
 * @example
 * const bus = objectBus({ objects: env.WORKSPACES });
 */
export function objectBus(options: { objects: ObjectNamespaceLike; now?: () => number }): Bus {
  const { objects, now = Date.now } = options;
  const quiet = new Map<string, number>();
  const ask = (topic: string, init: RequestInit) => objects.get(objects.idFromName(topic)).fetch(ADDRESS, init);

  return {
    name: "durable-objects",
    crossProcess: true,
    lifetime: "request",
    async publish(topic, message) {
      if (message === "" && now() < (quiet.get(topic) ?? 0)) return;
      const { status } = await ask(topic, { method: "POST", body: message });
      if (status !== NOBODY) quiet.delete(topic);
      else {
        if (quiet.size >= MAX_QUIET) quiet.clear();
        quiet.set(topic, now() + QUIET_MS);
      }
    },
    async subscribe(topic, listener) {
      quiet.delete(topic);
      const response = await ask(topic, { headers: { upgrade: "websocket" } });
      const { webSocket } = response as { webSocket?: ClientSocket | null };
      if (!webSocket) throw new Error(`the object of ${topic} refused the subscription: ${response.status}`);
      webSocket.addEventListener("message", ({ data }) => listener(String(data)));
      webSocket.accept();
      let open = true;
      return async () => {
        if (open) webSocket.close();
        open = false;
      };
    },
  };
}

/** The object's side. Undefined: the request is not for the bus. `heard` returns whether the object itself listens. */
export async function answerBus(
  state: ObjectStateLike,
  request: Request,
  heard: (message: string) => boolean,
): Promise<Response | undefined> {
  if (request.url !== ADDRESS) return undefined;
  if (request.method !== "POST") return acceptSocket(state, [LISTENERS]).response;
  const message = await request.text();
  const listeners = state.getWebSockets(LISTENERS);
  for (const socket of listeners) trySend(socket, message);
  const listens = heard(message);
  return new Response(null, { status: listens || listeners.length > 0 ? 202 : NOBODY });
}

/** Whether a socket of the object is a listener's. */
export function isBusSocket(state: ObjectStateLike, socket: AcceptedSocket): boolean {
  return state.getTags(socket as never).includes(LISTENERS);
}
