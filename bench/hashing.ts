/**
 * `bun bench/hashing.ts`: how long a password's hash takes on each host, at the costs of `packages/core`. The figures in
 * docs/identity.md come from it. One hash at a time, on one core.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { portableScrypt } from "../packages/auth/src/portable-scrypt.ts";
import { MODEST_COST, type ScryptCost, SERVER_COST } from "../packages/core/src/index.ts";
import { findDeno, findNode } from "../tests/matrix/programs.ts";
import { Miniflare, workerOptions } from "../tests/support/workerd.ts";
import { least } from "./hashing/times.ts";

const COSTS: readonly ScryptCost[] = [MODEST_COST, SERVER_COST];
const TIMES = join(import.meta.dirname, "hashing/times.ts");

const HOSTS: Readonly<Record<string, () => Promise<number[]> | number[]>> = {
  Bun: () => timesIn(process.execPath, []),
  Node: () => timesIn(findNode(), []),
  Deno: () => timesIn(findDeno(), ["run", "--allow-read"]),
  workerd: timesInWorkerd,
  JavaScript: async () => [await least(() => portableScrypt.hash("correct horse battery"))],
};

for (const [host, times] of Object.entries(HOSTS)) {
  const found = await times();
  const shown = COSTS.map(({ ln, r, p }, i) => `ln=${ln},r=${r},p=${p}: ${found[i] ?? "–"} ms`);
  console.log(`${host.padEnd(12)}${shown.join("   ")}`);
}

function timesIn(program: string | undefined, args: readonly string[]): number[] {
  if (program === undefined) return [];
  const { stdout, stderr } = spawnSync(program, [...args, TIMES, JSON.stringify(COSTS)], { encoding: "utf8" });
  if (!stdout) throw new Error(stderr);
  return JSON.parse(stdout) as number[];
}

/** Its clock stands still while it computes, so the time is that of a request. */
async function timesInWorkerd(): Promise<number[]> {
  const host = new Miniflare(workerOptions(join(import.meta.dirname, "hashing/worker"), {}));
  try {
    const url = await host.ready;
    const times: number[] = [];
    for (const cost of COSTS) times.push(await least(() => fetch(url, { method: "POST", body: JSON.stringify(cost) })));
    return times;
  } finally {
    await host.dispose();
  }
}
