/**
 * `bun run bench [--json FILE] [--seconds N] [--rounds N] [--only TEXT]`
 *
 * Plinth beside the bare program, each on one core with the load on the other, in turns: A B A B …; medians.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Case, cases } from "./cases.ts";
import { copyDatabase, fill, startBare, startPlinth } from "./setup.ts";
import { type Load, type Measured, measure } from "./wrk.ts";

const SERVER_CORE = 0;
const LOAD_CORE = 1;

const { values } = parseArgs({
  options: {
    json: { type: "string" },
    seconds: { type: "string", default: "5" },
    rounds: { type: "string", default: "3" },
    only: { type: "string" },
  },
});
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);

for (const tool of ["wrk", "taskset"]) {
  if (Bun.which(tool)) continue;
  console.error(`The bench needs ${tool}. On Debian and Ubuntu: apt-get install -y wrk util-linux`);
  process.exit(1);
}
if (cpus().length < 2) {
  console.error("The bench needs two cores: one for the server, one for the load.");
  process.exit(1);
}

interface Row {
  case: string;
  plinth: number;
  bare: number;
  ratio: number;
  atLeast: number;
  p50: number;
  p99: number;
  bareP50: number;
  bareP99: number;
}

const folder = mkdtempSync(join(tmpdir(), "plinth-bench-"));
const scriptPath = join(folder, "load.lua");
const plinth = await startPlinth(join(folder, "data"), 18787, SERVER_CORE);
const stops = [plinth.stop];
try {
  console.log(`filling …`);
  const world = await fill(plinth.url);
  copyDatabase(join(folder, "data", "plinth.db"), join(folder, "bare.db"));
  const bare = await startBare(join(folder, "bare.db"), 18788, SERVER_CORE, world);
  stops.push(bare.stop);
  console.log(
    `${cpus()[0]!.model}, ${cpus().length} cores, Bun ${Bun.version}; ${rounds} rounds of ${seconds} s each; SQLite with synchronous=full on both sides\n`,
  );
  const rows: Row[] = [];
  for (const one of cases(world, plinth.url, bare.url)) {
    if (!values.only || one.name.includes(values.only)) rows.push(await runCase(one));
  }
  console.log("");
  console.table(rows.map(({ case: name, ...figures }) => ({ case: name, ...rounded(figures) })));
  const short = rows.filter((row) => row.ratio < row.atLeast);
  for (const row of short)
    console.log(`below its mark: ${row.case} (${row.ratio.toFixed(2)} < ${row.atLeast}); profile it`);
  if (values.json) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
} finally {
  for (const stop of stops) await stop();
  rmSync(folder, { recursive: true, force: true });
}

async function runCase(one: Case): Promise<Row> {
  const a: Measured[] = [];
  const b: Measured[] = [];
  const run = (load: Load): Promise<Measured> => measure(load, { core: LOAD_CORE, seconds, scriptPath });
  for (let round = 0; round < rounds; round++) {
    a.push(await run(one.plinth));
    b.push(await run(one.bare));
    process.stdout.write(
      `${one.name}: round ${round + 1} of ${rounds}: ${Math.round(a.at(-1)!.requestsPerSecond)} / ${Math.round(b.at(-1)!.requestsPerSecond)} req/s\n`,
    );
  }
  const errors = [...a, ...b].reduce((sum, m) => sum + m.errors, 0);
  if (errors > 0) throw new Error(`${one.name}: ${errors} requests were refused, so the figures mean nothing`);
  const requests = (list: Measured[]): number => median(list.map((m) => m.requestsPerSecond));
  return {
    case: one.name,
    plinth: requests(a),
    bare: requests(b),
    ratio: requests(a) / requests(b),
    atLeast: one.atLeast,
    p50: median(a.map((m) => m.p50)),
    p99: median(a.map((m) => m.p99)),
    bareP50: median(b.map((m) => m.p50)),
    bareP99: median(b.map((m) => m.p99)),
  };
}

function median(values: number[]): number {
  const sorted = [...values].sort((x, y) => x - y);
  return sorted[Math.floor(sorted.length / 2)]!;
}

function rounded(figures: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(figures).map(([key, value]) => [key, Math.round(value * 100) / 100]));
}
