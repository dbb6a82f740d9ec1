/**
 * `bun bench/webhooks.ts [--postgres] [--rate 200] [--seconds 60] [--kills 20]`: writes at a steady rate while webhooks send them to three receivers: one good, one that takes two
 * seconds, and one that is not there. Servers are killed (SIGKILL) and started again; on Postgres there are two over one database. In the end the good receiver must have exactly
 * the changes of the log, each under one id. It may have received an id more than once.
 */
import { parseArgs } from "node:util";
import { type HostProcess, startHost } from "../tests/matrix/host-process.ts";
import { openLab, SECRET } from "../tests/matrix/lab.ts";
import { BUN_SERVER } from "../tests/support/bun-server.ts";
import { freePort } from "../tests/support/free-port.ts";

const { values } = parseArgs({
  options: {
    postgres: { type: "boolean", default: false },
    rate: { type: "string", default: "200" },
    seconds: { type: "string", default: "60" },
    kills: { type: "string", default: "20" },
    "wait-minutes": { type: "string", default: "20" },
  },
});
const [RATE, SECONDS, KILLS] = [Number(values.rate), Number(values.seconds), Number(values.kills)];
const SLOW_MS = 2000;
const STEP_MS = 50;
const WAIT_MS = Number(values["wait-minutes"]) * 60_000;

interface Got {
  readonly item: string;
  readonly version: number;
  times: number;
  readonly delayMs: number;
}

/** By path: the messages that a receiver has accepted, by their ids. */
const received = { "/good": new Map<string, Got>(), "/slow": new Map<string, Got>() };

const receiver = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  async fetch(request) {
    const path = new URL(request.url).pathname as keyof typeof received;
    const message = (await request.json()) as { timestamp: string; data: { id: string; version: number } };
    if (path === "/slow") await Bun.sleep(SLOW_MS);
    const id = request.headers.get("webhook-id")!;
    const known = received[path].get(id);
    if (known) known.times++;
    else {
      const { id: item, version } = message.data;
      received[path].set(id, { item, version, times: 1, delayMs: Date.now() - Date.parse(message.timestamp) });
    }
    return new Response(null, { status: 204 });
  },
});
const base = `http://127.0.0.1:${receiver.port}`;
const dead = `http://127.0.0.1:${await freePort()}`;

const lab = await openLab({ postgres: values.postgres });
const folder = lab.folder();
const data: Record<string, string> = values.postgres ? { DATABASE_URL: await lab.database() } : {};
const ports = [await freePort(), ...(values.postgres ? [await freePort()] : [])];
const start = (port: number): Promise<HostProcess> =>
  startHost({
    command: BUN_SERVER,
    cwd: folder,
    env: {
      ...data,
      PLINTH_SECRET: SECRET,
      PRIVATE_ADDRESSES: "allow",
      PORT: String(port),
      APP_URL: "http://127.0.0.1:8787",
    },
  });
const hosts = [await start(ports[0]!)];
const setup = { "x-plinth-setup-token": await hosts[0]!.setupToken() };
if (ports[1] !== undefined) hosts.push(await start(ports[1]));

let admin: Record<string, string> = {};
const send = (host: HostProcess, path: string, body?: object, headers: Record<string, string> = admin) =>
  fetch(host.baseUrl + path, {
    ...(body && { method: "POST", body: JSON.stringify(body) }),
    headers: { "content-type": "application/json", ...headers },
    signal: AbortSignal.timeout(30_000),
  });
const must = async (path: string, body?: object, headers?: Record<string, string>) => {
  const answer = await send(hosts[0]!, path, body, headers);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as { token?: string; data?: unknown; next?: string; more?: boolean };
};
const person = { name: "Ada", email: "operator@example.com", password: "correct horse battery" };
admin = { authorization: `Bearer ${(await must("/api/operator/auth/sign-up/email", person, setup)).token}` };
await must("/api/collections", { slug: "events", fields: [{ name: "n", type: "integer" }] });
for (const [name, url] of Object.entries({ good: `${base}/good`, slow: `${base}/slow`, dead })) {
  await must("/api/webhooks", { name, url, events: ["events.*"] });
}

let kills = 0;
let isOver = false;
const killing = (async () => {
  for (; kills < KILLS && !isOver; kills++) {
    await Bun.sleep((SECONDS * 1000) / (KILLS + 1));
    const at = kills % hosts.length;
    process.kill(hosts[at]!.pid, "SIGKILL");
    await hosts[at]!.exited;
    hosts[at] = await start(ports[at]!);
  }
})();

let acknowledged = 0;
let unknown = 0;
const writes: Promise<void>[] = [];
const began = performance.now();
for (let n = 0; performance.now() - began < SECONDS * 1000; await Bun.sleep(STEP_MS)) {
  const due = Math.floor(((performance.now() - began) / 1000) * RATE);
  for (; n < due; n++) {
    const write = send(hosts[n % hosts.length]!, "/api/items/events", { n }).then(
      async (answer) => {
        await answer.text();
        if (answer.ok) acknowledged++;
        else unknown++;
      },
      () => void unknown++,
    );
    writes.push(write);
  }
}
await Promise.all(writes);
isOver = true;
await killing;

/** The changes of the log, as `item@version`. */
async function logged(): Promise<Set<string>> {
  const found = new Set<string>();
  for (let after: string | undefined, more = true; more; ) {
    const page = await must(`/api/changes?collection=events&limit=1000${after === undefined ? "" : `&after=${after}`}`);
    for (const { item, after: row } of page.data as { item: string; after: { version: number } }[]) {
      found.add(`${item}@${row.version}`);
    }
    ({ next: after, more = false } = page);
  }
  return found;
}

const log = await logged();
const written = performance.now();
while (received["/good"].size < log.size && performance.now() - written < WAIT_MS) await Bun.sleep(250);
const waitedMs = performance.now() - written;
// Whatever comes now is too much.
await Bun.sleep(5000);
const good = [...received["/good"].values()];
const told = new Set(good.map(({ item, version }) => `${item}@${version}`));
const missing = [...log].filter((change) => !told.has(change)).length;
const strange = [...told].filter((change) => !log.has(change)).length;
const delays = good.map(({ delayMs }) => delayMs).sort((a, b) => a - b);
const lost = acknowledged - log.size;
console.log({
  database: values.postgres ? "Postgres, two servers" : "SQLite, one server",
  ...{ rate: RATE, seconds: SECONDS, kills, acknowledged, unknown, changes: log.size },
  good: { ids: good.length, missing, strange, repeated: good.reduce((sum, { times }) => sum + times - 1, 0) },
  delayMs: { p50: delays[delays.length >> 1], p99: delays[Math.floor(delays.length * 0.99)] },
  ...{ allAfterMs: Math.round(waitedMs), slow: received["/slow"].size },
});
for (const host of hosts) await host.stop();
await lab.close();
await receiver.stop(true);
process.exit(missing + strange > 0 || lost > 0 || good.length !== log.size ? 1 : 0);
