/**
 * The same random cases on every engine, until the time is up or two of them disagree.
 *
 *     bun run fuzz --minutes 10 [--seed 1] [--engines bun-sqlite,postgres]
 *     bun run fuzz --live --minutes 10 [--seed 1] [--engines bun-sqlite,postgres]
 *     bun run fuzz --replay case.json
 */
import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Case } from "./case.ts";
import { checkCase } from "./check-case.ts";
import type { Disagreement } from "./compare.ts";
import { ENGINES, type Engine, type EngineName, openEngine } from "./engines/index.ts";
import { generate } from "./generate/index.ts";
import type { LiveCase } from "./live/case.ts";
import { fuzzLive, isLive, LIVE_ENGINES, replayLive } from "./live/fuzz.ts";
import { describeDisagreement } from "./report.ts";
import { shrink } from "./shrink.ts";

const { values: options } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string" },
    engines: { type: "string" },
    /** Live queries and item subscriptions under writes: each copy is compared with a read. */
    live: { type: "boolean", default: false },
    replay: { type: "string" },
    /** Print failures and go on, for a first look at a new area. */
    survey: { type: "boolean", default: false },
  },
});

const PROGRESS_MS = 5000;
const SHRINK_MS = 120_000;
/** D1 answers through several processes, so it gets one case in so many. */
const D1_EVERY = 8;

process.exitCode = await main();

async function main(): Promise<number> {
  const replayed = options.replay && (JSON.parse(readFileSync(options.replay, "utf8")) as Case | LiveCase);
  const live = replayed ? isLive(replayed) : options.live;
  const engines = await openAll(options.engines?.split(",") ?? (live ? LIVE_ENGINES : ENGINES));
  const first = options.seed === undefined ? Date.now() % 1_000_000_000 : Number(options.seed);
  try {
    if (replayed) return await (isLive(replayed) ? replayLive(engines, replayed) : replay(engines, replayed));
    if (live) return await fuzzLive(engines, { first, minutes: Number(options.minutes), survey: options.survey });
    return await run(engines, first);
  } finally {
    await Promise.all(engines.map((engine) => engine.close()));
  }
}

async function openAll(names: readonly string[]): Promise<Engine[]> {
  const unknown = names.find((name) => !ENGINES.includes(name as EngineName));
  if (unknown !== undefined) throw new Error(`There is no engine ${unknown}. There are: ${ENGINES.join(", ")}.`);
  const opened = await Promise.all(names.map((name) => openEngine(name as EngineName)));
  return opened.filter((engine) => engine !== undefined);
}

async function replay(engines: readonly Engine[], one: Case): Promise<number> {
  const { disagreement } = await checkCase(one, engines);
  console.log(
    disagreement
      ? describeDisagreement(one, disagreement)
      : `agreed: ${one.operations.length} operations on ${engines.length} engines`,
  );
  return disagreement ? 1 : 0;
}

async function run(engines: readonly Engine[], first: number): Promise<number> {
  const begun = Date.now();
  const end = begun + Number(options.minutes) * 60_000;
  let [cases, operations, answered, disagreements, reported] = [0, 0, 0, 0, begun];
  console.log(`fuzzing ${engines.map((engine) => engine.name).join(", ")} from seed ${first}`);
  for (let seed = first; Date.now() < end; seed++) {
    const one = generate(seed);
    const chosen = engines.filter((engine) => engine.name !== "d1" || cases % D1_EVERY === 0 || engines.length <= 2);
    const checked = await checkCase(one, chosen);
    cases++;
    operations += one.operations.length;
    answered += checked.answered;
    if (checked.disagreement) {
      if (!options.survey) return fail(one, checked.disagreement, engines);
      console.log(describeDisagreement(one, checked.disagreement));
      disagreements++;
    }
    if (Date.now() - reported < PROGRESS_MS) continue;
    reported = Date.now();
    const speed = (cases / ((reported - begun) / 1000)).toFixed(1);
    console.log(
      `${cases} cases, ${operations} operations, ${Math.round((100 * answered) / operations)} % answered, ${speed} cases a second`,
    );
  }
  const result = disagreements === 0 ? "no disagreement" : `${disagreements} disagreements`;
  console.log(`${cases} cases (${operations} operations) on ${engines.length} engines: ${result}`);
  return disagreements === 0 ? 0 : 1;
}

async function fail(one: Case, found: Disagreement, engines: readonly Engine[]): Promise<number> {
  console.log(describeDisagreement(one, found));
  console.log("making it smaller …");
  const pair = engines.filter((engine) => found.engines.includes(engine.name));
  const smallest = await shrink(
    one,
    async (smaller) => (await checkCase(smaller, pair)).disagreement?.kind === found.kind,
    Date.now() + SHRINK_MS,
  );
  const { disagreement } = await checkCase(smallest, pair);
  console.log(describeDisagreement(smallest, disagreement ?? found));
  const file = join(tmpdir(), `plinth-fuzz-${one.seed}.json`);
  writeFileSync(file, `${JSON.stringify(smallest, null, 2)}\n`);
  console.log(
    `${JSON.stringify(smallest)}\nagain: bun run fuzz --engines ${pair.map((engine) => engine.name).join(",")} --replay ${file}`,
  );
  return 1;
}
