/**
 * Ten tasks of people who work in an admin, done in Plinth's admin and in PocketBase's by a browser on the same data, in
 * the shortest way that somebody takes who knows both. Each click, each key or chord, each field that gets a text and
 * each file is one step. After each task the API is asked whether it is done; if not, the script fails:
 *
 *     npm run bun -- bench/admin-tasks.ts [--json FILE] [--only import,find] [--product plinth]
 *
 * It prints a table in Markdown. The seconds are those of a script, which neither reads nor thinks.
 */
import { mkdtempSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { handOn } from "./tasks/hand.ts";
import { openPlinth } from "./tasks/plinth.ts";
import { openPocketBase } from "./tasks/pocketbase.ts";
import { type Attempt, type Product, TASKS, type TaskKey } from "./tasks/task.ts";

const { values: options } = parseArgs({
  options: { json: { type: "string" }, only: { type: "string" }, product: { type: "string" } },
});
const PRODUCTS = { plinth: openPlinth, pocketbase: openPocketBase } as const;
const keys = (Object.keys(TASKS) as TaskKey[]).filter((key) => options.only?.split(",").includes(key) ?? true);
/** The longest wait for one sign of a page. */
const PATIENCE_MS = 20_000;

type Outcome = { readonly steps: readonly string[]; readonly seconds: number } | { readonly tried: string };

interface Report {
  readonly name: string;
  /** Of the last minute, before and after. */
  readonly load: readonly [number, number];
  readonly tasks: Readonly<Partial<Record<TaskKey, Outcome>>>;
}

const load = (): number => Math.round(loadavg()[0]! * 10) / 10;

async function measure(open: () => Promise<Product>): Promise<Report> {
  const product = await open();
  product.page.setDefaultTimeout(PATIENCE_MS);
  const before = load();
  const tasks: Partial<Record<TaskKey, Outcome>> = {};
  try {
    for (const key of keys) {
      tasks[key] = await attempt(product, product.tasks[key]).catch(async (error: unknown) => {
        throw new Error(`${product.name}, “${TASKS[key]}”: ${await picture(product, key)}`, { cause: error });
      });
      console.error(`${product.name}: ${key}: ${inWords(tasks[key])}`);
    }
  } finally {
    await product.close();
  }
  return { name: product.name, load: [before, load()], tasks };
}

async function attempt(product: Product, task: Attempt): Promise<Outcome> {
  const { page } = product;
  if ("tried" in task) {
    await product.openFirstPage();
    await task.confirm?.(page);
    return { tried: task.tried };
  }
  await task.before?.();
  if (task.from !== "task before") await product.openFirstPage();
  const hand = handOn(page);
  const began = performance.now();
  await task.run(hand);
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  await task.check(page);
  return { steps: hand.steps, seconds };
}

async function picture({ page }: Product, key: TaskKey): Promise<string> {
  const path = join(mkdtempSync(join(tmpdir(), "plinth-tasks-")), `${key}.png`);
  return page.screenshot({ path }).then(
    () => `a picture is in ${path}`,
    () => "there is no picture",
  );
}

const inWords = (outcome: Outcome | undefined): string =>
  !outcome || "tried" in outcome
    ? "not possible"
    : `${outcome.steps.length} ${outcome.steps.length === 1 ? "step" : "steps"}, ${outcome.seconds} s`;

function table(reports: readonly Report[]): string {
  const head = ["Task", ...reports.map(({ name }) => name)];
  const rows = keys.map((key) => [TASKS[key], ...reports.map(({ tasks }) => inWords(tasks[key]))]);
  const lines = [head, head.map((_, i) => (i === 0 ? "---" : "---:")), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Where the first product needs fewer steps than the other one; what is not possible needs more than any number. */
function fewer([first, second]: readonly Report[]): TaskKey[] {
  const count = (outcome: Outcome | undefined): number =>
    !outcome || "tried" in outcome ? Infinity : outcome.steps.length;
  return keys.filter((key) => count(first?.tasks[key]) < count(second?.tasks[key]));
}

const chosen = Object.entries(PRODUCTS).filter(([name]) => options.product === undefined || options.product === name);
const reports: Report[] = [];
for (const [, open] of chosen) reports.push(await measure(open));
const machine = `${cpus()[0]!.model}, ${cpus().length} cores`;
const date = new Date().toISOString().slice(0, 10);
console.log(`${date}; ${machine}; Bun ${Bun.version}\n\n${table(reports)}\n`);
for (const {
  name,
  load: [before, after],
  tasks,
} of reports) {
  console.log(`${name}: load ${before} before, ${after} after`);
  for (const [key, outcome] of Object.entries(tasks)) if ("tried" in outcome) console.log(`- ${key}: ${outcome.tried}`);
}
if (reports.length === 2) {
  const where = fewer(reports);
  console.log(`${reports[0]!.name} needs fewer steps in ${where.length} of ${keys.length}: ${where.join(", ")}`);
}
if (options.json) writeFileSync(options.json, `${JSON.stringify({ date, machine, tasks: TASKS, reports }, null, 2)}\n`);
