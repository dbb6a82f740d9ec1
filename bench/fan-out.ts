/**
 * `bun bench/fan-out.ts [--subscribers 5000] [--rate 100] [--seconds 10] [--own] [--sockets] [--live 0]
 * [--profile FOLDER]`: many streams of one collection on Bun's server with SQLite. `--sockets`: by WebSocket. `--own`: each
 * subscriber is a user whose own rule is asked for each event. Prints what was delivered, how late, and what it cost.
 * `--profile FOLDER` keeps the server's CPU profile.
 */
import { Database } from "bun:sqlite";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Services } from "../packages/engine/src/kernel/services.ts";
import { makeTicket } from "../packages/engine/src/realtime/ticket.ts";
import { openLab, SECRET } from "../tests/matrix/lab.ts";
import { ENTRY, startServer } from "../tests/realtime/support.ts";
import { cpuSecondsOf, memoryOf } from "./process.ts";

const { values: options } = parseArgs({
  options: {
    subscribers: { type: "string", default: "5000" },
    rate: { type: "string", default: "100" },
    seconds: { type: "string", default: "10" },
    own: { type: "boolean", default: false },
    sockets: { type: "boolean", default: false },
    live: { type: "string", default: "0" },
    profile: { type: "string" },
  },
});
const subscribers = Number(options.subscribers);
const rate = Number(options.rate);
const seconds = Number(options.seconds);
const lives = Number(options.live);
/** Subscribers whose latency is looked at; reading all of it would cost more than sending it. */
const SAMPLES = 50;
/** What tells that a stream is open, and that it has brought an event. */
const EVENTS = { accepted: "200 OK", event: "data: {" };
const READY = '"event":"';
const message = '{"ref":"a","subscribe":"/api/realtime/items/ticks"}';
const SUBSCRIBE = Buffer.from([0x81, 0x80 | message.length, 0, 0, 0, 0, ...Buffer.from(message)]);

const lab = await openLab({ postgres: false });
const folder = lab.folder();
const profiled = options.profile ? ["--cpu-prof-md", `--cpu-prof-dir=${options.profile}`] : [];
const command = [process.execPath, ...profiled, ENTRY];
const server = await startServer(
  lab,
  { PLINTH_SECRET: SECRET, LOG_LEVEL: "error", MAX_CALLER_STREAMS: "20000" },
  folder,
  undefined,
  command,
);
const { ask, account, pid } = server;
const { port } = new URL(server.url);

await ask("POST", "/api/collections", {
  slug: "ticks",
  fields: [
    { name: "text", type: "text" },
    { name: "open", type: "boolean" },
    { name: "rank", type: "integer", indexed: true },
  ],
});
const rule = options.own ? { $or: [{ open: true }, { owner_id: "$user.id" }] } : { open: true };
await ask("POST", "/api/permissions", { role: "authenticated", collection: "ticks", action: "read", condition: rule });

let events = 0;
let open = 0;
const latencies: number[] = [];
const tickets = await ticketsOf(subscribers);
for (let i = 0; i < subscribers; i++) {
  const query = new URLSearchParams({ ticket: tickets[options.own ? i : 0]! });
  if (options.sockets) void connect(upgrade(query), i < SAMPLES, { accepted: "101 ", event: '"data":{"event"' });
  else void connect(`GET /api/realtime/items/ticks?${query} HTTP/1.1\r\nhost: localhost\r\n\r\n`, i < SAMPLES);
  if (i % 100 === 99) await until(() => open >= i - 50);
}
for (let i = 0; i < lives; i++) {
  const body = JSON.stringify({ collection: "ticks", filter: { rank: { _gte: i } }, sort: "-created_at", limit: 10 });
  const head = `POST /api/live HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${account.secretKey}\r\ncontent-type: application/json`;
  void connect(`${head}\r\ncontent-length: ${body.length}\r\n\r\n${body}`, i < SAMPLES);
  if (i % 100 === 99) await until(() => open >= subscribers + i - 50);
}
await until(() => open === subscribers + lives);
console.log(`${open} streams open, ${memoryOf(pid).now} MB`);

events = 0;
latencies.length = 0;
const before = { ...cpuSecondsOf(pid), at: performance.now() };
let sent = 0;
let slow = 0;
const writes: Promise<unknown>[] = [];
while (performance.now() - before.at < seconds * 1000) {
  const due = Math.floor(((performance.now() - before.at) / 1000) * rate);
  for (; sent < due; sent++) writes.push(write());
  await Bun.sleep(2);
}
await Promise.all(writes);
const wrote = (performance.now() - before.at) / 1000;
await until(() => events >= sent * subscribers, 20_000).catch(() => {});
const took = (performance.now() - before.at) / 1000;
const after = cpuSecondsOf(pid);
const share = (seconds: number): string => `${((seconds / took) * 100).toFixed(0)} %`;
latencies.sort((a, b) => a - b);
const at = (part: number): string => `${(latencies[Math.floor(latencies.length * part)] ?? 0).toFixed(0)} ms`;
console.log(
  [
    `subscribers ${subscribers}${options.own ? ", each under a rule of their own" : ", one rule"}, live queries ${lives}`,
    `writes      ${sent} in ${wrote.toFixed(1)} s (${(sent / wrote).toFixed(0)}/s), slowest ${slow.toFixed(0)} ms`,
    `delivered   ${events} of ${sent * subscribers} item events${lives > 0 ? " and diffs" : ""} in ${took.toFixed(1)} s (${Math.round(events / took)}/s)`,
    `delay       p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(0.9999)}`,
    `server      ${memoryOf(pid).now} MB, ${share(after.user - before.user)} of one core, and ${share(after.system - before.system)} in the kernel`,
  ].join("\n"),
);
await server.stop();
await lab.close();
process.exit(0);

async function write(): Promise<void> {
  const began = performance.now();
  const rank = Math.floor(Math.random() * Math.max(1, lives));
  await ask("POST", "/api/items/ticks", { text: `t${Date.now()}`, open: true, rank }, { key: account.secretKey });
  slow = Math.max(slow, performance.now() - began);
}

/** How a socket is asked for. */
function upgrade(query: URLSearchParams): string {
  const head = ["upgrade: websocket", "connection: Upgrade", "sec-websocket-version: 13"];
  const nonce = "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==";
  return `GET /api/realtime/socket?${query} HTTP/1.1\r\nhost: localhost\r\n${[...head, nonce].join("\r\n")}\r\n\r\n`;
}

/** A stream read as bytes: a full HTTP client for each would cost more than the server does. */
async function connect(request: string, sample: boolean, { accepted, event } = EVENTS): Promise<void> {
  let first = true;
  let ready = false;
  let rest = Buffer.alloc(0);
  await Bun.connect({
    hostname: "127.0.0.1",
    port: Number(port),
    socket: {
      open: (socket) => void socket.write(request),
      data(socket, bytes) {
        if (first) {
          if (!bytes.includes(accepted)) throw new Error(bytes.toString().slice(0, 300));
          first = false;
          if (options.sockets) socket.write(SUBSCRIBE);
        }
        if (!ready && bytes.includes(READY)) {
          ready = true;
          open++;
        }
        const now = Date.now();
        // What tells of an event may come in two parts.
        if (Buffer.concat([rest, bytes.subarray(0, event.length - 1)]).includes(event)) events++;
        rest = Buffer.from(bytes.subarray(1 - event.length));
        let from = bytes.indexOf(event);
        while (from >= 0) {
          events++;
          from = bytes.indexOf(event, from + event.length);
        }
        if (!sample) return;
        for (const [, sentAt] of bytes.toString().matchAll(/"text":"t(\d+)"/g)) latencies.push(now - Number(sentAt));
      },
      close() {
        open--;
      },
    },
  });
}

/** Users, sessions and tickets made beside the server: thousands of sign-ups are not what is measured. */
async function ticketsOf(count: number): Promise<string[]> {
  const database = new Database(join(folder, ".data/plinth.db"));
  database.run("pragma busy_timeout = 5000");
  const workspaceId = "00000000-0000-7000-8000-000000000001";
  const clock = { now: () => Date.now() + 3_600_000 };
  const engine = { config: { secret: SECRET }, clock, services: new Services() } as never;
  const made: string[] = [];
  const insert = database.transaction(() => {
    for (let i = 0; i < count; i++) {
      const id = `user-${i}`;
      const now = Date.now();
      database.run("insert into plinth_users values (?, ?, ?, ?, 0, null, ?, ?)", [
        id,
        workspaceId,
        id,
        `${id}@x.test`,
        now,
        now,
      ]);
      database.run("insert into plinth_sessions values (?, ?, ?, ?, ?, null, null, ?, ?)", [
        `s-${i}`,
        workspaceId,
        id,
        `token-${i}`,
        now + 86_400_000,
        now,
        now,
      ]);
    }
  });
  insert();
  database.close();
  for (let i = 0; i < count; i++) {
    const principal = { workspaceId } as never;
    made.push((await makeTicket(engine, { principal, credential: { kind: "session", id: `s-${i}` } })).ticket);
  }
  return made;
}

async function until(found: () => boolean, ms = 60_000): Promise<void> {
  const end = Date.now() + ms;
  while (!found()) {
    if (Date.now() > end) throw new Error(`not in time: ${open} open, ${events} events`);
    await Bun.sleep(10);
  }
}
