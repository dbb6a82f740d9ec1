/** The way between the real client and the services, without a socket: what the routes do, in this process. */
import { type Json, type JsonObject, PlinthError } from "@plinth/core";
import {
  type Connection,
  checkItems,
  liveBodySchema,
  liveInputOf,
  liveQuery,
  sseStream,
  subscribeItems,
  subscribeLive,
} from "../plinth.ts";
import type { Ticket, World } from "./world.ts";

export interface Wire {
  /** For the client. */
  readonly fetch: typeof globalThis.fetch;
  /** All that was sent has been dealt with by the client. */
  readonly idle: boolean;
  /** Connections that were made so far. */
  readonly connections: number;
  /** How many of them were cut for lagging. */
  readonly cuts: number;
  ticket: Ticket;
  leave(): void;
  return(): void;
  /** The next message finds no room. */
  lag(): void;
}

export function openWire(world: World, ticket: Ticket): Wire {
  let stream: ReturnType<typeof sseStream> | undefined;
  let away: PromiseWithResolvers<void> | undefined;
  let lagging = false;
  let [waiting, connections, cuts] = [false, 0, 0];

  const connectionFor = (mine: ReturnType<typeof sseStream>): Connection => ({
    ...mine.connection,
    get closed() {
      return mine.connection.closed;
    },
    send(batch, signature) {
      if (!lagging || mine !== stream) return mine.connection.send(batch, signature);
      lagging = false;
      cuts++;
      mine.finish(0);
      return false;
    },
    // Otherwise the client would wait a second before it connects again.
    end: (refusal) => (refusal ? mine.connection.end(refusal) : mine.finish(0)),
  });

  const answer = async (address: URL, init: RequestInit): Promise<Response> => {
    const { ctx, grant } = await world.enter(wire.ticket);
    const mine = sseStream();
    const connection = connectionFor(mine);
    const slug = /^\/api\/realtime\/items\/(\w+)$/.exec(address.pathname)?.[1];
    if (slug !== undefined) {
      const filter = address.searchParams.get("filter");
      const after = address.searchParams.get("after") ?? undefined;
      const request = { slug, after, ...(filter !== null && { filter: JSON.parse(filter) as Json }) };
      checkItems(ctx, request);
      subscribeItems(world.subscribers, ctx, grant, request, connection).catch((error: Error) =>
        world.faults.push(`a stream could not be served: ${error.stack}`),
      );
    } else {
      const input = liveInputOf(liveBodySchema.parse(JSON.parse(String(init.body))));
      liveQuery(ctx, input);
      const known = address.searchParams.get("known") ?? undefined;
      subscribeLive(world.subscribers, ctx, grant, { input, known }, connection);
    }
    connections++;
    stream = mine;
    return new Response(watched(mine.body), { headers: { "content-type": "text/event-stream" } });
  };

  /** The client asks for more only when it has dealt with what it had. */
  const watched = (body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> => {
    const reader = body.getReader();
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          waiting = true;
          const { done, value } = await reader.read();
          waiting = false;
          if (done) controller.close();
          else controller.enqueue(value);
        },
        cancel: (reason) => reader.cancel(reason),
      },
      { highWaterMark: 0 },
    );
  };

  const wire: Wire = {
    ticket,
    fetch: (async (address: URL, init: RequestInit) => {
      waiting = false;
      await away?.promise;
      try {
        return await answer(address, init);
      } catch (error) {
        return refusalOf(error);
      }
    }) as typeof globalThis.fetch,
    get idle() {
      return away !== undefined || waiting;
    },
    get connections() {
      return connections;
    },
    get cuts() {
      return cuts;
    },
    leave() {
      away ??= Promise.withResolvers<void>();
      stream?.finish(0);
    },
    return() {
      away?.resolve();
      away = undefined;
    },
    lag() {
      lagging = true;
    },
  };
  return wire;
}

function refusalOf(error: unknown): Response {
  const known = error instanceof PlinthError ? error : new PlinthError("VALIDATION", String(error));
  const { code, message, status, details } = known;
  return Response.json(
    { error: { code, message, ...(details && { details: details as unknown as JsonObject }) } },
    { status },
  );
}
