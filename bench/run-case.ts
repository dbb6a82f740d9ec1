/** Checks the answers of a case, then measures each program in turns. */
import type { Case } from "./cases.ts";
import { countFsyncs } from "./fsyncs.ts";
import type { CaseKey, Filled, Peer } from "./peers/peer.ts";
import { cpuSecondsOf, type Running } from "./process.ts";
import { type Load, type Measured, measure } from "./wrk.ts";

/** A program that runs over its rows. */
export interface Program {
  peer: Peer;
  running: Running;
  filled: Filled;
}

export interface Options {
  seconds: number;
  rounds: number;
  core: number;
  scriptPath: string;
}

export interface Figures {
  program: string;
  perSecond: number;
  p50: number;
  p99: number;
  /** Of the program, in microseconds for each request or row: other work on the machine changes it less. */
  cpu: number;
  /** For each request of an insert, where they can be counted. */
  fsyncs?: number;
}

export interface Result {
  case: Case;
  figures: Figures[];
}

/** So that what is compiled at run time is compiled. */
const WARM_UP_SECONDS = 3;
const INSERTS: readonly CaseKey[] = ["insert", "insert-alone"];

export async function runCase(one: Case, programs: readonly Program[], options: Options): Promise<Result> {
  const asked = programs.flatMap((program) => {
    const request = program.filled.requests[one.key];
    return request ? [{ program, load: { url: program.running.url, ...request } }] : [];
  });
  for (const { program, load } of asked) await check(one, program, load);
  const measured = asked.map((): (Measured & { cpu: number })[] => []);
  const run = (load: Load, seconds = options.seconds): Promise<Measured> =>
    measure(load, { ...options, seconds, connections: one.connections });
  for (const { load } of asked) await run(load, WARM_UP_SECONDS);
  for (let round = 1; round <= options.rounds; round++) {
    for (const [i, { program, load }] of asked.entries()) {
      const before = cpuOf(program);
      const figures = await run(load);
      measured[i]!.push({ ...figures, cpu: ((cpuOf(program) - before) * 1e6) / figures.requests });
    }
    const perSecond = measured.map((list) => Math.round(list.at(-1)!.requestsPerSecond));
    console.log(`${one.name}: round ${round} of ${options.rounds}: ${perSecond.join(" / ")} requests/s`);
  }
  const figures = asked.map(({ program }, i): Figures => {
    const list = measured[i]!;
    const name = program.peer.name;
    const errors = list.reduce((sum, { errors }) => sum + errors, 0);
    if (errors > 0) throw new Error(`${one.name}: ${name} refused ${errors} requests, so the figures mean nothing`);
    const rows = one.rowsPerRequest ?? 1;
    const of = (figure: "requestsPerSecond" | "p50" | "p99" | "cpu") => median(list.map((each) => each[figure]));
    const perSecond = of("requestsPerSecond") * rows;
    return { program: name, perSecond, p50: of("p50"), p99: of("p99"), cpu: of("cpu") / rows };
  });
  console.log(`${one.name}: CPU for each: ${figures.map(({ cpu }) => cpu.toFixed(1)).join(" / ")} µs`);
  // Tracing slows a program, so it has a run of its own.
  if (INSERTS.includes(one.key))
    for (const [i, { program, load }] of asked.entries()) {
      let requests = 0;
      const count = await countFsyncs(program.running.pid, async () => {
        requests = (await run(load, 1)).requests;
      });
      if (count !== undefined) figures[i]!.fsyncs = count / requests;
    }
  return { case: one, figures };
}

function cpuOf({ running }: Program): number {
  const { user, system } = cpuSecondsOf(running.pid);
  return user + system;
}

/** The first, the middle and the last of the paths. */
async function check(one: Case, { peer, filled }: Program, { url, method, paths, headers, body }: Load): Promise<void> {
  const positions = new Set([0, Math.floor(paths.length / 2), paths.length - 1]);
  for (const position of positions) {
    const response = await fetch(url + paths[position]!, { method, headers, body });
    const text = await response.text();
    if (one.right({ status: response.status, text }, filled.rowsOf, position)) continue;
    const answer = `${response.status} ${text.slice(0, 500)}`;
    throw new Error(`${one.name}: ${peer.name} answers otherwise than was expected: ${paths[position]}: ${answer}`);
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
