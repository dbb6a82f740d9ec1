/** PocketBase's realtime: a stream gets an id, which then subscribes. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../tests/support/free-port.ts";
import { send } from "../peers/peer.ts";
import { addUser, preparePocketBase, signIn, startPocketBase } from "../peers/pocketbase.ts";
import type { StreamKind, StreamServer } from "./reader.ts";

const TOPIC = "ticks/*";

export async function pocketBaseStreams(subscribers: number, core: number): Promise<StreamServer> {
  const missing = await preparePocketBase();
  if (missing !== undefined) throw new Error(`PocketBase: ${missing}`);
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "plinth-fan-out-"));
  const { url, pid, stop } = await startPocketBase({ folder, port, core, durability: "default" });
  const admin = (await signIn(url, "_superusers", "admin")).headers;
  const rule = 'open = true && @request.auth.id != ""';
  const fields = [
    { name: "text", type: "text" },
    { name: "open", type: "bool" },
    { name: "rank", type: "number" },
  ];
  const collection = { name: "ticks", type: "base", fields, listRule: rule, viewRule: rule };
  await send(url, "/api/collections", collection, admin);
  await send(url, "/api/settings", { logs: { minLevel: 4 } }, admin, "PATCH");
  const user = (await addUser(url, "reader", admin)).headers;
  const stream: StreamKind = {
    request: () => "GET /api/realtime HTTP/1.1\r\nhost: localhost\r\n\r\n",
    accepted: "200 OK",
    event: `event:${TOPIC}`,
    async opened(text) {
      const clientId = /"clientId":"(\w+)"/.exec(text)?.[1];
      if (clientId === undefined) return false;
      await send(url, "/api/realtime", { clientId, subscriptions: [TOPIC] }, user);
      return true;
    },
  };
  return {
    name: "PocketBase",
    port,
    pid,
    streams: Array.from({ length: subscribers }, () => stream),
    async write(text) {
      await send(url, "/api/collections/ticks/records", { text, open: true, rank: 0 }, admin);
    },
    async stop() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
