// The one test command: every suite of the repository, then a summary line. `bun run test` runs all; `bun run test unit
// matrix` runs the suites named.
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { inOrder } from "./test/output.ts";
import { killAll, runSuite } from "./test/run-suite.ts";
import { schedule } from "./test/schedule.ts";
import { discoverSuites, selectSuites } from "./test/suites.ts";
import { report } from "./test/summary.ts";

const ROOT = path.dirname(import.meta.dir);
const MOST_AT_ONCE = 2;

const begun = performance.now();
const work = mkdtempSync(path.join(tmpdir(), "plinth-test-"));

const clean = () => rmSync(work, { recursive: true, force: true });

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
  const suites = selectSuites(await discoverSuites(ROOT, work), process.argv.slice(2));
  const screen = inOrder((text) => process.stdout.write(text));
  const limit = Math.min(MOST_AT_ONCE, availableParallelism());
  const results = await schedule(suites, limit, (suite) => runSuite(suite, ROOT, screen.lane()));
  const { text, failed } = report(results, performance.now() - begun);
  console.log(text);
  process.exitCode = failed > 0 ? 1 : 0;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.log("0 passed, 1 failed, 0 skipped");
  process.exitCode = 1;
} finally {
  clean();
}
