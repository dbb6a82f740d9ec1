import { test } from "bun:test";
import { runSeed } from "../../packages/client/test/sync/model-run.ts";
import { engineServer } from "./engine-sync-server.ts";

/** The model test of the client's `sync`, with the server itself. `PLINTH_TEST_SEEDS=200` runs more, `PLINTH_TEST_SEED=17` one. */
const only = process.env.PLINTH_TEST_SEED;
const count = Number(process.env.PLINTH_TEST_SEEDS ?? 4);
const seeds = only === undefined ? Array.from({ length: count }, (_, i) => i + 1) : [Number(only)];

test(`replicas of the server converge, and no write is lost or doubled: ${seeds.length} seeds`, async () => {
  for (const seed of seeds) {
    await runSeed(seed, engineServer).catch((error: unknown) => {
      throw new Error(`seed ${seed}: ${String((error as Error).stack)}`);
    });
  }
});
