// What the suites and their long parts need, measured on two quiet cores. A figure that is out of date costs time and
// nothing else: it decides what starts first, and what runs beside it. The summary of a run has the figures of today.
import type { Load } from "./schedule.ts";

/** Suites, and files or folders that run as processes of their own, as they are long or wait most of the time. */
const LOADS: Record<string, Load> = {
  check: { seconds: 20, cores: 1.5 },
  matrix: { seconds: 300, cores: 1 },
  unit: { seconds: 60, cores: 1 },
};

const USUAL: Load = { seconds: 10, cores: 0.7 };

export const loadOf = (name: string): Load => LOADS[name] ?? USUAL;

/** The beginnings of the paths of what has a process of its own. */
export const PARTS: readonly string[] = Object.keys(LOADS).filter((name) => name.includes("/"));

/** Each asks some of the targets, one after another. */
export const MATRIX_PARTS = ["1/2", "2/2"];
