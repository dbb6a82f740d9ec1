// What the suites and their long parts need, measured on two quiet cores. A figure that is out of date costs time and
// nothing else: it decides what starts first, and what runs beside it. The summary of a run has the figures of today.
import type { Load } from "./schedule.ts";

/** Suites, and files or folders that run as processes of their own, as they are long or wait most of the time. */
const LOADS: Record<string, Load> = {
  check: { seconds: 20, cores: 1.5 },
  matrix: { seconds: 250, cores: 1 },
  unit: { seconds: 30, cores: 0.8 },
  "apps/": { seconds: 60, cores: 0.7 },
  "packages/adapters-": { seconds: 90, cores: 0.4 },
  "packages/cli/": { seconds: 20, cores: 0.9 },
  "packages/db/": { seconds: 60, cores: 0.8 },
  "packages/engine/": { seconds: 160, cores: 0.9 },
  accounts: { seconds: 60, cores: 0.7 },
  bank: { seconds: 30, cores: 0.6 },
  "tests/bank/bank.": { seconds: 110, cores: 0.5 },
  "tests/bank/importing.": { seconds: 110, cores: 0.3 },
  docs: { seconds: 25, cores: 0.6 },
  "tests/docs/docs.": { seconds: 50, cores: 0.8 },
  fuzz: { seconds: 60, cores: 0.9 },
  hosts: { seconds: 90, cores: 0.8 },
  "tests/hosts/full-disk.": { seconds: 100, cores: 0.8 },
  "tests/hosts/killed-accounts.": { seconds: 100, cores: 0.9 },
  "tests/hosts/server-start.": { seconds: 60, cores: 0.8 },
  "tests/hosts/server-stop.": { seconds: 60, cores: 0.3 },
  "tests/hosts/silent-database.": { seconds: 110, cores: 0.2 },
  "tests/hosts/workers-object.": { seconds: 100, cores: 0.3 },
  "tests/openapi/schemathesis.": { seconds: 120, cores: 1 },
  "tests/real-input/world.": { seconds: 50, cores: 1 },
  realtime: { seconds: 35, cores: 0.6 },
  "tests/realtime/resume.": { seconds: 45, cores: 0.7 },
  "tests/realtime/servers.": { seconds: 60, cores: 0.7 },
  "tests/realtime/two-processes.": { seconds: 45, cores: 0.5 },
};

const USUAL: Load = { seconds: 10, cores: 0.7 };

export const loadOf = (name: string): Load => LOADS[name] ?? USUAL;

/** The beginnings of the paths of what has a process of its own. */
export const PARTS: readonly string[] = Object.keys(LOADS).filter((name) => name.includes("/"));

/** Each asks some of the targets, one after another. */
export const MATRIX_PARTS = ["1/2", "2/2"];
