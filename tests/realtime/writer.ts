import type { Server } from "./support.ts";

export interface WriterOptions {
  /** Each write goes to any of them; the list may change meanwhile. */
  readonly servers: () => readonly Server[];
  readonly secretKey: string;
  /** Writes a second, over all servers. */
  readonly rate: number;
  readonly collection: string;
  /** The values of an item that is made or changed. */
  row(): Record<string, unknown>;
}

export interface Written {
  /** Writes that were answered with success. */
  readonly done: number;
  /** Writes that were refused, without those of items that another write had deleted before, and lost connections. */
  readonly refused: string[];
}

export interface Writer {
  /** Resolves when no write is under way. */
  stop(): Promise<Written>;
}

/** Makes, changes and deletes items at a rate, whatever becomes of each write. */
export function startWriter({ servers, secretKey, rate, collection, row }: WriterOptions): Writer {
  const ids: string[] = [];
  const inFlight = new Set<Promise<unknown>>();
  const refused: string[] = [];
  let done = 0;
  const send = async (method: string, path: string, body?: unknown): Promise<void> => {
    const response = await fetch(`${pick(servers()).url}/api/items/${collection}${path}`, {
      method,
      headers: { "x-api-key": secretKey, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as { data: { id: string } };
    if (!response.ok) {
      if (response.status !== 404) refused.push(`${method} ${response.status} ${JSON.stringify(answer)}`);
      return;
    }
    done++;
    if (method === "POST") ids.push(answer.data.id);
  };
  const write = (): Promise<void> => {
    const kind = Math.random();
    if (kind < 0.4 || ids.length === 0) return send("POST", "", row());
    if (kind < 0.9) return send("PATCH", `/${pick(ids)}`, row());
    return send("DELETE", `/${ids.splice(Math.floor(Math.random() * ids.length), 1)[0]}`);
  };
  const timer = setInterval(() => {
    const work = write().catch(() => {});
    inFlight.add(work);
    void work.finally(() => inFlight.delete(work));
  }, 1000 / rate);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(inFlight);
      return { done, refused };
    },
  };
}

function pick<T>(list: readonly T[]): T {
  return list[Math.floor(Math.random() * list.length)]!;
}
