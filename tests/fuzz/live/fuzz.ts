/** `bun run fuzz --live`: the same random worlds, and those who follow them. */
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Case } from "../case.ts";
import type { Engine, EngineName } from "../engines/index.ts";
import { shrink } from "../shrink.ts";
import type { LiveCase } from "./case.ts";
import type { Finding } from "./finding.ts";
import { generateLive } from "./generate.ts";
import { runLive } from "./run-live.ts";
import { Tally } from "./tally.ts";

export const LIVE_ENGINES: readonly EngineName[] = ["bun-sqlite", "postgres"];

const PROGRESS_MS = 5000;
const SHRINK_MS = 240_000;

export function isLive(one: Case | LiveCase): one is LiveCase {
  return "page" in one;
}

export async function replayLive(engines: readonly Engine[], one: LiveCase): Promise<number> {
  for (const engine of engines) {
    const { finding } = await runLive(engine, one);
    console.log(finding ? describeFinding(one, engine.name, finding) : `${engine.name}: every copy equals a read`);
    if (finding) return 1;
  }
  return 0;
}

interface Options {
  readonly first: number;
  readonly minutes: number;
  readonly survey: boolean;
}

/** Each engine has the same cases at its own speed: most of the time is spent waiting for events. */
export async function fuzzLive(engines: readonly Engine[], { first, minutes, survey }: Options): Promise<number> {
  console.log(`fuzzing live queries on ${engines.map(({ name }) => name).join(", ")} from seed ${first}`);
  const begun = Date.now();
  const end = begun + minutes * 60_000;
  const tally = new Tally();
  let failed: { one: LiveCase; engine: Engine; finding: Finding } | undefined;
  const run = async (engine: Engine): Promise<void> => {
    for (let seed = first; Date.now() < end && !failed; seed++) {
      const one = generateLive(seed);
      const result = await runLive(engine, one);
      tally.add(result);
      if (!result.finding) continue;
      if (survey) console.log(describeFinding(one, engine.name, result.finding));
      else failed ??= { one, engine, finding: result.finding };
    }
  };
  const progress = setInterval(() => console.log(tally.line()), PROGRESS_MS);
  await Promise.all(engines.map(run)).finally(() => clearInterval(progress));
  if (failed) return fail(failed.one, failed.engine, failed.finding);
  console.log(`${tally.line()} on ${engines.length} engines: every copy equals a read`);
  return 0;
}

async function fail(one: LiveCase, engine: Engine, found: Finding): Promise<number> {
  console.log(describeFinding(one, engine.name, found));
  console.log("making it smaller …");
  const fails = async (smaller: LiveCase) => (await runLive(engine, smaller)).finding?.kind === found.kind;
  const smallest = await shrink(one, fails, Date.now() + SHRINK_MS);
  const { finding } = await runLive(engine, smallest);
  console.log(describeFinding(smallest, engine.name, finding ?? found));
  const file = join(tmpdir(), `plinth-fuzz-live-${one.seed}.json`);
  writeFileSync(file, `${JSON.stringify(smallest, null, 2)}\n`);
  console.log(`${JSON.stringify(smallest)}\nagain: bun run fuzz --engines ${engine.name} --replay ${file}`);
  return 1;
}

const MOST = 2000;

export function describeFinding(one: LiveCase, engine: string, finding: Finding): string {
  const { kind, operation, caller, wanted, held, fresh } = finding;
  const clip = (value: unknown): string => (JSON.stringify(value) ?? "nothing").slice(0, MOST);
  return [
    `${kind} on ${engine}, seed ${one.seed}, operation ${operation}: ${clip(one.operations[operation])}`,
    ...(wanted ? [`  ${caller} follows ${clip(wanted)}`] : []),
    `  held: ${clip(held)}`,
    `  a read: ${clip(fresh)}`,
  ].join("\n");
}
