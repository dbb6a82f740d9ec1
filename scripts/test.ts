// The one test command: every suite of the repository, then a summary line. `bun run test` runs all; `bun run test unit
// matrix` runs the suites named.
import { availableParallelism } from "node:os";
import path from "node:path";
import { runFailedAlone } from "./test/alone.ts";
import { coreTimes, usedShare, whenIdle } from "./test/cores.ts";
import { inOrder } from "./test/output.ts";
import { prepare } from "./test/prepare.ts";
import { killAll, runJob } from "./test/run-job.ts";
import { schedule } from "./test/schedule.ts";
import { recordStatus } from "./test/status.ts";
import { discoverJobs, type Job, selectJobs } from "./test/suites.ts";
import { report } from "./test/summary.ts";
import { makeWorkFolder } from "./test/work-folder.ts";

const ROOT = path.dirname(import.meta.dir);
/** More at a time would need more memory than small machines have. */
const MOST_CORES = 4;
/** Suites wait at different moments: a quarter more of them than the cores could hold at once keeps the cores busy. */
const FILL = 1.25;

const begun = performance.now();
const coresBefore = coreTimes();
const { path: work, env, remove: clean } = makeWorkFolder();
Object.assign(process.env, env);

for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const) {
  process.on(signal, () => {
    killAll();
    clean();
    process.exit(code);
  });
}

try {
  const jobs = selectJobs(await discoverJobs(ROOT, work), process.argv.slice(2));
  await prepare(ROOT, work, jobs);
  const screen = inOrder((text) => process.stdout.write(text));
  const cores = FILL * Math.min(MOST_CORES, availableParallelism());
  const run = (job: Job) => runJob(job, ROOT, screen.lane());
  const results = await runFailedAlone(jobs, await schedule(jobs, cores, run, whenIdle), run);
  await recordStatus(work);
  const { text, failed } = report(results, performance.now() - begun, usedShare(coresBefore, coreTimes()));
  console.log(text);
  process.exitCode = failed > 0 ? 1 : 0;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.log("0 passed, 1 failed, 0 skipped");
  process.exitCode = 1;
} finally {
  clean();
}
