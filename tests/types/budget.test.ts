/** What the client's types cost the compiler, in counts, which are the same on every machine. */
import { expect, test } from "bun:test";
import { compile, OWN_COMPILER, PLINTH_PATHS } from "./compile.ts";
import { plinthProgram } from "./plinth-program.ts";

/** A fifth above what it was when this was written. */
const MOST = { instantiations: 1_200_000, types: 150_000 };

test("200 collections of 40 fields and 500 queries five levels deep compile within the budget", async () => {
  const { errors, ...cost } = await compile("plinth", plinthProgram(), OWN_COMPILER, PLINTH_PATHS);
  console.log(cost);
  // Errors name the file, which stays in .cache/types. TS2589 would be one of them.
  expect(errors).toBe("");
  expect(cost.instantiations).toBeGreaterThan(100_000);
  expect(cost.instantiations).toBeLessThan(MOST.instantiations);
  expect(cost.types).toBeLessThan(MOST.types);
});

test("a mistake in the fifth level is found", async () => {
  const { "queries.ts": queries = "", ...others } = plinthProgram();
  const [head = "", first = ""] = queries.split(/^(?=export async function)/m);
  const wrong = first.replace('previous: { fields: ["text_0"', 'previous: { fields: ["text_O"');
  expect(wrong).not.toBe(first);
  const files = { ...others, "queries.ts": head + wrong };
  const { errors } = await compile("plinth-mistake", files, OWN_COMPILER, PLINTH_PATHS);
  expect(errors).toMatch(/^queries\.ts\(\d+,\d+\): error TS\d+/);
  expect(errors).toContain("There is no field text_O");
});
