/** Receivers of webhooks: one good, one that takes two seconds, and one that is not there. */
import { freePort } from "../../tests/support/free-port.ts";
import type { KilledServers } from "./servers.ts";

const SLOW_MS = 2000;

export interface ReceivedMessage {
  /** Of the change, as `item@version`. */
  readonly change: string;
  times: number;
  /** Until the first time. */
  readonly delayMs: number;
}

export interface Receivers {
  /** Accepted messages by their ids. */
  readonly good: ReadonlyMap<string, ReceivedMessage>;
  readonly slow: ReadonlyMap<string, ReceivedMessage>;
  close(): Promise<void>;
}

/** Makes a webhook for each, of all changes of a collection. */
export async function startReceivers({ must }: KilledServers, collection: string): Promise<Receivers> {
  const received = { "/good": new Map<string, ReceivedMessage>(), "/slow": new Map<string, ReceivedMessage>() };
  const receiver = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const path = new URL(request.url).pathname as keyof typeof received;
      const { timestamp, data } = (await request.json()) as {
        timestamp: string;
        data: { id: string; version: number };
      };
      if (path === "/slow") await Bun.sleep(SLOW_MS);
      const id = request.headers.get("webhook-id")!;
      const known = received[path].get(id);
      if (known) known.times++;
      else {
        const delayMs = Date.now() - Date.parse(timestamp);
        received[path].set(id, { change: `${data.id}@${data.version}`, times: 1, delayMs });
      }
      return new Response(null, { status: 204 });
    },
  });
  const base = `http://127.0.0.1:${receiver.port}`;
  const urls = { good: `${base}/good`, slow: `${base}/slow`, dead: `http://127.0.0.1:${await freePort()}` };
  for (const [name, url] of Object.entries(urls)) {
    await must("/api/webhooks", { name, url, events: [`${collection}.*`] });
  }
  return { good: received["/good"], slow: received["/slow"], close: () => receiver.stop(true) };
}

export interface LoggedChange {
  readonly item: string;
  readonly after: { readonly version: number };
}

/** How what the good one has received differs from the log: nothing may be missing, and nothing may have two ids. */
export function compareWithLog(log: readonly LoggedChange[], messages: readonly ReceivedMessage[]) {
  const changes = new Set(log.map(({ item, after }) => `${item}@${after.version}`));
  const sent = new Set(messages.map(({ change }) => change));
  return {
    ids: messages.length,
    missing: [...changes].filter((change) => !sent.has(change)).length,
    strange: [...sent].filter((change) => !changes.has(change)).length + messages.length - sent.size,
    repeated: messages.reduce((sum, { times }) => sum + times - 1, 0),
  };
}
