/**
 * `bun bench/fan-out.ts [--subscribers 5000] [--rate 100] [--seconds 10] [--peer pocketbase] [--own] [--sockets] [--live 0]
 * [--profile FOLDER]`: many streams of one collection, the server on one core and the readers on the other. Prints what
 * was delivered, how late, and what it cost. Of Plinth alone: `--sockets`: by WebSocket; `--own`: each subscriber is a
 * user whose own rule is asked for each event; `--profile FOLDER` keeps the server's CPU profile.
 */
import { parseArgs } from "node:util";
import { cpuSecondsOf, memoryOf } from "./process.ts";
import { plinthStreams } from "./streams/plinth.ts";
import { pocketBaseStreams } from "./streams/pocketbase.ts";
import { Counters, readStream } from "./streams/reader.ts";

const { values: options } = parseArgs({
  options: {
    subscribers: { type: "string", default: "5000" },
    rate: { type: "string", default: "100" },
    seconds: { type: "string", default: "10" },
    peer: { type: "string" },
    own: { type: "boolean", default: false },
    sockets: { type: "boolean", default: false },
    live: { type: "string", default: "0" },
    profile: { type: "string" },
  },
});
const subscribers = Number(options.subscribers);
const rate = Number(options.rate);
const seconds = Number(options.seconds);
const live = Number(options.live);
const SERVER_CORE = 0;
const READER_CORE = 1;
/** Subscribers whose latency is looked at. */
const SAMPLES = 50;
/** Streams that are asked for at once. */
const AT_ONCE = 50;

if (options.peer !== undefined && options.peer !== "pocketbase") {
  console.error(`There is no peer "${options.peer}" here, only "pocketbase".`);
  process.exit(1);
}
if (options.peer && (options.own || options.sockets || live > 0 || options.profile)) {
  console.error("--own, --sockets, --live and --profile are of Plinth alone.");
  process.exit(1);
}
Bun.spawnSync(["taskset", "-acp", String(READER_CORE), String(process.pid)]);
const { own, sockets, profile } = options;
const server = options.peer
  ? await pocketBaseStreams(subscribers, SERVER_CORE)
  : await plinthStreams({ core: SERVER_CORE, subscribers, live, own, sockets, profile });
const counters = new Counters();
for (const [i, stream] of server.streams.entries()) {
  void readStream(server.port, stream, counters, i < SAMPLES);
  if (i % AT_ONCE === AT_ONCE - 1) await until(() => counters.open > i - AT_ONCE);
}
await until(() => counters.open === server.streams.length);
console.log(`${server.name}: ${counters.open} streams open, ${memoryOf(server.pid).now} MB`);

counters.reset();
const before = { ...cpuSecondsOf(server.pid), at: performance.now() };
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
await until(() => counters.events >= sent * subscribers, 20_000).catch(() => {});
const took = (performance.now() - before.at) / 1000;
const after = cpuSecondsOf(server.pid);
const share = (seconds: number): string => `${((seconds / took) * 100).toFixed(0)} %`;
counters.latencies.sort((a, b) => a - b);
const { events, latencies } = counters;
const at = (part: number): string => `${(latencies[Math.floor(latencies.length * part)] ?? Number.NaN).toFixed(0)} ms`;
console.log(
  [
    `subscribers ${subscribers}${own ? ", each under a rule of their own" : ", one rule"}, live queries ${live}`,
    `writes      ${sent} in ${wrote.toFixed(1)} s (${(sent / wrote).toFixed(0)}/s), slowest ${slow.toFixed(0)} ms`,
    `delivered   ${events} of ${sent * subscribers} item events${live > 0 ? " and diffs" : ""} in ${took.toFixed(1)} s (${Math.round(events / took)}/s)`,
    `delay       p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(0.9999)}`,
    `server      ${memoryOf(server.pid).now} MB, ${share(after.user - before.user)} of one core, and ${share(after.system - before.system)} in the kernel`,
  ].join("\n"),
);
await server.stop();
process.exit(0);

async function write(): Promise<void> {
  const began = performance.now();
  await server.write(`t${Date.now()}`);
  slow = Math.max(slow, performance.now() - began);
}

async function until(found: () => boolean, ms = 60_000): Promise<void> {
  const end = Date.now() + ms;
  while (!found()) {
    const { open, events, failure } = counters;
    if (failure !== undefined) throw new Error(`a stream was not opened: ${failure}`);
    if (Date.now() > end) throw new Error(`not in time: ${open} open, ${events} events`);
    await Bun.sleep(10);
  }
}
