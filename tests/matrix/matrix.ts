/**
 * `bun run matrix [--only TEXT] [--scenario TEXT]… [--part 1/2] [--json FILE] [--no-docs] [--no-build]`: asks the contract of every host
 * with every database and prints the grid. Ends with 1 if anything failed. A part is every so manyth target, one after
 * another, for a run beside others. `--only` chooses targets by their names, and `--scenario` what they are asked.
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runContract } from "../contract/index.ts";
import { summary, textGrid } from "./grid.ts";
import { openLab } from "./lab.ts";
import { startOutside } from "./outside.ts";
import { ROOT } from "./programs.ts";
import { type Contract, type Row, runTargets } from "./run-targets.ts";
import { writeStatus } from "./status-page.ts";
import type { Target } from "./target.ts";
import { TARGETS } from "./targets/index.ts";

const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    scenario: { type: "string", multiple: true },
    part: { type: "string", default: "1/1" },
    json: { type: "string" },
    "no-docs": { type: "boolean", default: false },
    "no-build": { type: "boolean", default: false },
  },
});

const [part, parts] = options.part.split("/").map(Number) as [number, number];
const chosen = TARGETS.filter((target) => target.name.includes(options.only)).filter((_, i) => i % parts === part - 1);
if (chosen.length === 0) {
  fail(`No target's name holds "${options.only}" in the part ${options.part}. There are: ${list(TARGETS)}.`);
}
const all = chosen.length === TARGETS.length;
const { scenario: only } = options;
const contract: Contract = (target) => runContract({ ...target, ...(only && { only }) });
const began = performance.now();

// Leaving by way of `exit` takes the hosts along.
process.once("SIGINT", () => process.exit(130)).once("SIGTERM", () => process.exit(143));
if (!options["no-build"]) build(chosen);
const lab = await openLab({ postgres: true });
const outside = await startOutside();
console.log(`ready after ${since(began)} s`);
let rows: Row[];
try {
  // Two at a time: one host and the one who asks it make two busy cores.
  rows = await runTargets(chosen, lab, outside, contract, parts > 1 ? 1 : 2, report, progress);
} finally {
  await outside.close();
  await lab.close();
}

for (const row of rows) explain(row);
console.log(`\n${textGrid(rows)}\n`);
if (options.json) writeFileSync(options.json, `${JSON.stringify(rows.map(summary), null, 2)}\n`);
if (!options["no-docs"]) writeStatus(rows.map(summary));
const failed = rows.reduce((sum, row) => sum + row.failed.length, 0);
console.log(`${rows.length} targets, ${failed} failures, ${since(began)} s`);
process.exit(failed > 0 ? 1 : 0);

function build(targets: readonly Target[]): void {
  // The page shows the size of every bundle, so a run over everything makes them all.
  const names = all ? [] : [...new Set(targets.flatMap((target) => target.builds))];
  if (!all && names.length === 0) return;
  const { status } = spawnSync(process.execPath, [join(ROOT, "scripts/build.ts"), ...names], { stdio: "inherit" });
  if (status !== 0) fail("The build failed.");
}

function report(row: Row): void {
  clearProgress();
  const result = row.missing ? `skipped: ${row.missing}` : `${row.passed} passed, ${row.failed.length} failed`;
  console.log(`${row.failed.length > 0 ? "✗" : "✓"} ${row.target.padEnd(26)} ${result}, ${row.seconds.toFixed(1)} s`);
}

function progress(target: string, done: number, total: number): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K  ${target}: ${done} of ${total}`);
}

function clearProgress(): void {
  if (process.stdout.isTTY) process.stdout.write("\r\x1b[K");
}

function explain({ target, failed, logs }: Row): void {
  if (failed.length === 0) return;
  console.log(`\n── ${target}`);
  for (const { name, error } of failed) console.log(`✗ ${name}\n    ${error}`);
  const tail = logs?.trim().split("\n").slice(-40) ?? [];
  if (tail.length > 1) console.log(`  the host wrote, at the end:\n${tail.map((line) => `    ${line}`).join("\n")}`);
}

function list(targets: readonly Target[]): string {
  return targets.map((target) => target.name).join(", ");
}

function since(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(1);
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
