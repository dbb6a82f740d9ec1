/**
 * `bun bench/jobs-steps.ts [--postgres] [--steps 10000] [--bytes 10240]`: one job of very many steps, whose results take 100 MB together. Its worker ends in the middle and at the
 * end, so that all steps are read again twice. The memory of the server must stay flat: what it takes at most beyond the memory after the first steps is compared with the results.
 */
import { parseArgs } from "node:util";
import { createClient } from "../packages/client/src/index.ts";
import { jobs } from "../packages/client/src/jobs/index.ts";
import { openLab } from "../tests/matrix/lab.ts";
import { plinthQueue } from "./jobs/plinth.ts";
import { forgetPeak, memoryOf } from "./process.ts";

const { values } = parseArgs({
  options: {
    postgres: { type: "boolean", default: false },
    steps: { type: "string", default: "10000" },
    bytes: { type: "string", default: "10240" },
  },
});
const [STEPS, BYTES] = [Number(values.steps), Number(values.bytes)];
/** After so many, the server has compiled what it runs, and filled its caches. */
const WARM = Math.min(500, Math.floor(STEPS / 10));
/** Flat: the server takes at most this part of the results on top, which is what a runtime keeps before it collects garbage. Held as a whole, they would take several times their size. */
const MOST_OF_RESULTS = 1;
const SAMPLE_MS = 1000;

const lab = await openLab({ postgres: values.postgres });
const database = values.postgres ? await lab.database() : undefined;
const queue = await plinthQueue({ folder: lab.folder(), database, concurrency: 1 });
const { url, key, pid } = queue;
const client = createClient({ url, key });
const samples: number[] = [];
const sampler = setInterval(() => samples.push(memoryOf(pid).now), SAMPLE_MS);

const result = "x".repeat(BYTES - 2);
let ran = 0;
let attempts = 0;
let warm = 0;
const done = Promise.withResolvers<void>();
const ended = await jobs(client).enqueue({ name: "long", max_attempts: 3 });
const begun = performance.now();
const worker = jobs(client).work("default", async ({ step }) => {
  const attempt = ++attempts;
  for (let n = 0; n < STEPS; n++) {
    await step.run(`step ${n}`, () => {
      if (++ran === WARM) {
        forgetPeak(pid);
        warm = memoryOf(pid).now;
      }
      return result;
    });
    if (attempt === 1 && n === Math.floor(STEPS / 2)) throw new Error("ends in the middle");
  }
  if (attempt === 2) throw new Error("ends after the last step");
  done.resolve();
});
const hurry = setInterval(() => void retryFailed(), 500);
async function retryFailed(): Promise<void> {
  const { state, id } = await jobs(client).get(ended.id);
  if (state === "scheduled") await jobs(client).retry(id);
}
await done.promise;
clearInterval(hurry);
await worker.stop();
clearInterval(sampler);
const seconds = (performance.now() - begun) / 1000;
const { now, peak } = memoryOf(pid);
const resultsMb = (STEPS * BYTES) / 1024 / 1024;
const isFlat = ran === STEPS && peak - warm <= resultsMb * MOST_OF_RESULTS;
const shown = samples.filter((_, at) => at % Math.ceil(samples.length / 20) === 0);
console.log(
  `${queue.name}: ${ran} steps ran, ${resultsMb.toFixed(0)} MB of results, ${attempts} attempts, ${seconds.toFixed(0)} s`,
);
console.log(
  `server: ${warm} MB after ${WARM} steps, ${peak} MB at most, ${now} MB at the end: ${isFlat ? "flat" : "NOT FLAT"}`,
);
console.log(`in between, MB: ${shown.join(" ")}`);
await queue.stop();
await lab.close();
process.exit(isFlat ? 0 : 1);
