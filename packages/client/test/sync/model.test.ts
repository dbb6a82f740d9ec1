import { test } from "bun:test";
import { runSeed } from "./model-run.ts";
import { modelServer } from "./model-test-server.ts";

/** `PLINTH_TEST_SEEDS=2000` runs more, `PLINTH_TEST_SEED=17` one. */
const only = process.env.PLINTH_TEST_SEED;
const seeds =
  only === undefined
    ? Array.from({ length: Number(process.env.PLINTH_TEST_SEEDS ?? 100) }, (_, i) => i + 1)
    : [Number(only)];

test(`replicas converge, and no write is lost or doubled: ${seeds.length} seeds`, async () => {
  for (const seed of seeds) {
    await runSeed(seed, modelServer).catch((error: unknown) => {
      throw new Error(`seed ${seed}: ${String((error as Error).stack)}`);
    });
  }
});
