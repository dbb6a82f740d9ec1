// What the suites and their long parts need, measured on two quiet cores. A figure that is out of date costs time and
// nothing else: it decides what starts first, and what runs beside it. The end of a run has the lines that are due a change.
import type { Load } from "./schedule.ts";

/** Suites, and files or folders that run as processes of their own, as they are long or wait most of the time. */
const LOADS: Record<string, Load> = {
  check: { seconds: 39, cores: 1.4 },
  matrix: { seconds: 500, cores: 0.7 },
  unit: { seconds: 70, cores: 0.6 },
  "apps/": { seconds: 310, cores: 0.4 },
  "packages/adapters-": { seconds: 160, cores: 0.5 },
  "packages/cli/": { seconds: 83, cores: 0.8 },
  "packages/db/": { seconds: 60, cores: 1 },
  "packages/engine/": { seconds: 400, cores: 0.8 },
  admin: { seconds: 450, cores: 0.8 },
  "tests/admin/main-path": { seconds: 70, cores: 0.5 },
  "tests/admin/samples.": { seconds: 300, cores: 0.3 },
  accounts: { seconds: 96, cores: 0.4 },
  bank: { seconds: 20, cores: 0.5 },
  "tests/bank/bank.": { seconds: 110, cores: 0.5 },
  "tests/bank/importing.": { seconds: 110, cores: 0.2 },
  docs: { seconds: 40, cores: 0.8 },
  "tests/docs/docs.": { seconds: 180, cores: 0.5 },
  fuzz: { seconds: 65, cores: 1.1 },
  hosts: { seconds: 190, cores: 0.6 },
  "tests/hosts/admin.": { seconds: 10, cores: 0.9 },
  "tests/hosts/full-disk.": { seconds: 45, cores: 0.4 },
  "tests/hosts/killed-accounts.": { seconds: 55, cores: 0.9 },
  "tests/hosts/server-start.": { seconds: 60, cores: 0.7 },
  "tests/hosts/server-stop.": { seconds: 20, cores: 0.5 },
  "tests/hosts/silent-database.": { seconds: 120, cores: 0.1 },
  "tests/hosts/trusted-functions.": { seconds: 6, cores: 0.8 },
  "tests/hosts/workers-object.": { seconds: 183, cores: 0.1 },
  "tests/openapi/schemathesis.": { seconds: 150, cores: 0.8 },
  kit: { seconds: 90, cores: 0.7 },
  pages: { seconds: 90, cores: 0.5 },
  "tests/real-input/world.": { seconds: 55, cores: 1 },
  realtime: { seconds: 40, cores: 0.4 },
  "tests/realtime/resume.": { seconds: 40, cores: 0.5 },
  "tests/realtime/servers.": { seconds: 30, cores: 0.8 },
  "tests/realtime/sync-killed.": { seconds: 30, cores: 0.6 },
  "tests/realtime/two-processes.": { seconds: 40, cores: 0.4 },
  types: { seconds: 6, cores: 1.5 },
};

const USUAL: Load = { seconds: 10, cores: 0.7 };

export const loadOf = (name: string): Load => LOADS[name] ?? USUAL;

interface Measured {
  /** The name of its load. */
  readonly load?: string;
  readonly cpuMs: number;
}

/** Of the CPU time that the table says: less or more than that is another figure. */
const SAME = 1.4;
const SAME_SECONDS = 5;

/**
 * The lines of the table for what a run has measured otherwise. Beside others, everything takes longer, so they are made of the CPU time and of how many
 * cores the table says are busy.
 */
export function otherLoads(results: readonly Measured[]): string[] {
  const measured = results.flatMap(({ load, cpuMs }) => (load === undefined ? [] : [{ load, cpuMs }]));
  return [...Map.groupBy(measured, ({ load }) => load)].flatMap(([name, runs]) => {
    const cpu = runs.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / runs.length / 1000;
    const { seconds, cores } = loadOf(name);
    const before = seconds * cores;
    if (Math.abs(cpu - before) <= SAME_SECONDS || (cpu < before * SAME && cpu > before / SAME)) return [];
    const key = /^\w+$/.test(name) ? name : JSON.stringify(name);
    return [`  ${key}: { seconds: ${Math.max(1, Math.round(cpu / cores))}, cores: ${cores} },`];
  });
}

/** The beginnings of the paths of what has a process of its own. */
export const PARTS: readonly string[] = Object.keys(LOADS).filter((name) => name.includes("/"));

/** Each asks some of the targets, one after another. */
export const MATRIX_PARTS = ["1/3", "2/3", "3/3"];
