import type { JsonObject } from "@plinth/core";
import type { Client } from "../client.ts";
import { PlinthClientError } from "../index.ts";
import { fitAddress, parametersOf } from "../items/query.ts";
import type { RequestContent } from "../request.ts";
import type { Shapes } from "../schema/index.ts";
import { newsBy } from "./news.ts";
import type { SyncTransport } from "./replica-context.ts";
import type { SyncAnswer } from "./wire.ts";

/** A server that is asked to wait answers within 20 seconds; a connection that says nothing for longer is dead. */
const TIMEOUT_MS = 45_000;

/**
 * The requests of a replica, by the client that has the credentials. News comes by a stream, or where streams do not get
 * through, by requests that the server lets wait.
 */
export function syncTransport(client: Pick<Client, "request">): SyncTransport {
  const ask = async <T>(
    path: string,
    content: Parameters<Client["request"]>[1],
    signal: AbortSignal | undefined,
    isWhole: (answer: Partial<T>) => boolean,
  ): Promise<T> => {
    const answer = await inTime(signal, async (inner) => {
      const response = await client.request(path, { ...content, signal: inner });
      return response.json().catch(() => undefined) as Promise<T | undefined>;
    });
    if (answer && isWhole(answer)) return answer;
    // A hotspot's page, or an answer that was cut.
    throw new PlinthClientError("UNREACHABLE", "What answered is not the server.", 0);
  };
  const request = (shapes: Shapes, after: string | undefined, poll: boolean, signal?: AbortSignal) =>
    ask<SyncAnswer>(
      "api/sync",
      pullContent({ shapes: onWire(shapes), after }, poll ? "1" : undefined),
      signal,
      ({ next, changes }) => typeof next === "string" && Array.isArray(changes),
    );

  const news = newsBy((shapes, after, signal) => {
    const content = pullContent({ shapes: onWire(shapes), after }, undefined);
    return client.request("api/sync", { ...content, accept: "text/event-stream", signal });
  });
  return {
    end: news.end,
    pull: async (shapes, after, wait, signal) =>
      (await news.next(shapes, after, wait, signal)) ?? request(shapes, after, wait && !news.works, signal),
    async push({ operations, id, copy, number }, signal) {
      const headers = { "idempotency-key": JSON.stringify(id), "x-plinth-replica": `${copy}/${number}` };
      const { data } = await ask<{ data: readonly (JsonObject | null)[] }>(
        "api/batch",
        { method: "POST", headers, body: { operations } },
        signal,
        (answer) => Array.isArray(answer.data) && answer.data.length === operations.length,
      );
      return data;
    },
  };
}

function pullContent(asked: { shapes: Shapes; after: string | undefined }, poll: string | undefined): RequestContent {
  const text = parametersOf(asked);
  return fitAddress(text) ? { query: { ...text, poll } } : { query: { poll }, body: asked };
}

/** Without what concerns this device alone. */
function onWire(shapes: Shapes): Shapes {
  return Object.fromEntries(Object.entries(shapes).map(([name, { decimals: _, ...shape }]) => [name, shape]));
}

async function inTime<T>(signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  const timer = setTimeout(stop, TIMEOUT_MS);
  signal?.addEventListener("abort", stop);
  if (signal?.aborted) stop();
  try {
    return await work(abort.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}
