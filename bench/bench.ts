/**
 * `bun run bench [--peers TEXT,…] [--only TEXT] [--durability default|full] [--seconds 5] [--rounds 3] [--starts 5] [--json FILE]`
 *
 * Plinth beside a plain program and other products: the same rows, each program on one core with the load on the other,
 * in turns, each answer checked before it is measured; medians. `--peers plain,pocketbase` takes those alone.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { freePort } from "../tests/support/free-port.ts";
import { CASES, type Case, MORE } from "./cases.ts";
import { bare } from "./peers/bare.ts";
import { bknd } from "./peers/bknd.ts";
import { honoDrizzle } from "./peers/hono-drizzle.ts";
import type { Durability, Filled, Peer, Place } from "./peers/peer.ts";
import { plinth } from "./peers/plinth.ts";
import { pocketBase } from "./peers/pocketbase.ts";
import { memoryOf } from "./process.ts";
import { misses, table } from "./report.ts";
import { type Program, type Result, runCase } from "./run-case.ts";
import { coldStart, idleMemory, type StartFigures } from "./starts.ts";

const SERVER_CORE = 0;
const LOAD_CORE = 1;

const { values } = parseArgs({
  options: {
    peers: { type: "string", default: "" },
    only: { type: "string", default: "" },
    durability: { type: "string", default: "default" },
    seconds: { type: "string", default: "5" },
    rounds: { type: "string", default: "3" },
    starts: { type: "string", default: "5" },
    json: { type: "string" },
  },
});
const durability = values.durability as Durability;
if (!["default", "full"].includes(durability)) fail('--durability is "default" or "full".');
for (const tool of ["wrk", "taskset"])
  if (!Bun.which(tool)) fail(`The bench needs ${tool}. On Debian and Ubuntu: apt-get install -y wrk util-linux`);
if (cpus().length < 2) fail("The bench needs two cores: one for the server, one for the load.");

const folder = mkdtempSync(join(tmpdir(), "plinth-bench-"));
const options = {
  seconds: Number(values.seconds),
  rounds: Number(values.rounds),
  core: LOAD_CORE,
  scriptPath: join(folder, "load.lua"),
};
const programs: Program[] = [];
try {
  const ready: Ready[] = [];
  for (const [i, peer] of (await chosenPeers()).entries()) ready.push(await fillPeer(peer, i));
  const starts: StartFigures[] = [];
  for (const one of ready) starts.push(await measureStarts(one));
  for (const { peer, place, filled } of ready) programs.push({ peer, filled, running: await peer.start(place) });
  console.log(
    `${cpus()[0]!.model}, ${cpus().length} cores, Bun ${Bun.version}; ${options.rounds} rounds of ${options.seconds} s each; SQLite; durability: ${durability}\n`,
  );
  const results = await runAll(CASES);
  for (const [i, { running }] of programs.entries()) starts[i]!.most = memoryOf(running.pid).peak;
  results.push(...(await runAll(MORE)));
  console.log(`\n${table(results, starts)}\n`);
  for (const line of misses(results, starts)) console.log(`missed: ${line}`);
  if (values.json) writeFileSync(values.json, `${JSON.stringify({ durability, starts, cases: results }, null, 2)}\n`);
} finally {
  for (const { running } of programs) await running.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** A program whose rows are in its folder; it does not run. */
interface Ready {
  peer: Peer;
  place: Place;
  filled: Filled;
}

/** Plinth, and those of `--peers` that can be had here. */
async function chosenPeers(): Promise<Peer[]> {
  const beginnings = values.peers.toLowerCase().split(",");
  const others = [bare(join(folder, "0")), pocketBase, bknd, honoDrizzle].filter(({ name }) =>
    beginnings.some((beginning) => name.toLowerCase().startsWith(beginning)),
  );
  const peers: Peer[] = [];
  for (const peer of [plinth, ...others]) {
    const missing = await peer.prepare();
    if (missing === undefined) peers.push(peer);
    else console.log(`skipped: ${peer.name}: ${missing}`);
  }
  return peers;
}

async function fillPeer(peer: Peer, i: number): Promise<Ready> {
  console.log(`filling ${peer.name} …`);
  const place = { folder: join(folder, String(i)), port: await freePort(), core: SERVER_CORE, durability };
  mkdirSync(place.folder);
  const running = await peer.start(place);
  return { peer, place, filled: await peer.fill(running, place).finally(running.stop) };
}

async function measureStarts({ peer, place, filled }: Ready): Promise<StartFigures> {
  const taken = await coldStart(peer, place, filled, Number(values.starts));
  const idle = await idleMemory(peer, place);
  const ofCommits = peer.durability[durability] ?? `${peer.durability.default} (cannot be set)`;
  return { program: peer.name, durability: ofCommits, coldStart: taken, idle, most: idle };
}

async function runAll(cases: readonly Case[]): Promise<Result[]> {
  const results: Result[] = [];
  for (const one of cases) if (one.name.includes(values.only)) results.push(await runCase(one, programs, options));
  return results;
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
