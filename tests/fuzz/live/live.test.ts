/** The bounded part of the live fuzzer: every found bug again, and the same cases each time. `bun run fuzz --live` goes on. */
import { afterAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Engine, openEngine } from "../engines/index.ts";
import { shortInCi } from "../short-in-ci.ts";
import type { LiveCase } from "./case.ts";
import { describeFinding, LIVE_ENGINES } from "./fuzz.ts";
import { generateLive } from "./generate.ts";
import { runLive } from "./run-live.ts";

const SEEDS = Array.from({ length: shortInCi(25) }, (_, i) => 3000 + i);
/** Of a follower with a read, for each case at least. */
const LEAST_COMPARISONS = 20;
const REGRESSIONS = join(import.meta.dir, "regressions");

const opened: Engine[] = [];

for (const name of LIVE_ENGINES) {
  const engine = await openEngine(name);
  if (engine) opened.push(engine);
  else test.skip(`with ${name} — it is not on this machine`, () => {});
}
afterAll(() => Promise.all(opened.map((engine) => engine.close())));

describe("after each step, what a follower holds is what a read of theirs gives", () => {
  for (const file of readdirSync(REGRESSIONS).sort()) {
    const one = JSON.parse(readFileSync(join(REGRESSIONS, file), "utf8")) as LiveCase;
    test(file.replace(/\.json$/, "").replaceAll("-", " "), () => expectEqual([one], 1));
  }

  test(`cases ${SEEDS[0]} to ${SEEDS.at(-1)}`, () =>
    expectEqual(SEEDS.map(generateLive), SEEDS.length * LEAST_COMPARISONS));
});

/** On all engines at once, as each waits for events most of the time. */
async function expectEqual(cases: readonly LiveCase[], atLeast: number): Promise<void> {
  const run = async (engine: Engine): Promise<void> => {
    let compared = 0;
    for (const one of cases) {
      const { finding, comparisons } = await runLive(engine, one);
      expect(finding && describeFinding(one, engine.name, finding)).toBeUndefined();
      compared += comparisons;
    }
    expect(compared).toBeGreaterThanOrEqual(atLeast);
  };
  await Promise.all(opened.map(run));
}
