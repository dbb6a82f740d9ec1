/** The bounded part of the fuzzer: every found bug again, and the same cases each time. `bun run fuzz` goes on from there. */
import { afterAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Case } from "./case.ts";
import { checkCase } from "./check-case.ts";
import { type Engine, type EngineName, openEngine } from "./engines/index.ts";
import { generate } from "./generate/index.ts";
import { describeDisagreement } from "./report.ts";
import { shortInCi } from "./short-in-ci.ts";

const LOCAL: readonly EngineName[] = ["bun-sqlite", "pglite", "postgres"];
const SEEDS = Array.from({ length: shortInCi(30) }, (_, i) => 1000 + i);
/** D1 is slow to answer, so it sees a few of them. */
const D1_SEEDS = SEEDS.slice(0, 3);
const REGRESSIONS = join(import.meta.dir, "regressions");

const opened: Engine[] = [];

for (const name of [...LOCAL, "d1"] as const) {
  const engine = await openEngine(name);
  if (engine) opened.push(engine);
  else test.skip(`with ${name} — it is not on this machine`, () => {});
}
afterAll(() => Promise.all(opened.map((engine) => engine.close())));

describe("every engine gives the same answers, errors and state", () => {
  for (const file of readdirSync(REGRESSIONS).sort()) {
    const one = JSON.parse(readFileSync(join(REGRESSIONS, file), "utf8")) as Case;
    test(file.replace(/\.json$/, "").replaceAll("-", " "), () => expectAgreement(one, opened));
  }

  test(`cases ${SEEDS[0]} to ${SEEDS.at(-1)}`, async () => {
    const local = opened.filter((engine) => engine.name !== "d1");
    for (const seed of SEEDS) await expectAgreement(generate(seed), local);
  });

  test(`cases ${D1_SEEDS[0]} to ${D1_SEEDS.at(-1)} on D1`, async () => {
    const pair = opened.filter((engine) => engine.name === "bun-sqlite" || engine.name === "d1");
    for (const seed of D1_SEEDS) await expectAgreement(generate(seed), pair);
  });
});

async function expectAgreement(one: Case, engines: readonly Engine[]): Promise<void> {
  const { disagreement } = await checkCase(one, engines);
  expect(disagreement && describeDisagreement(one, disagreement)).toBeUndefined();
}
