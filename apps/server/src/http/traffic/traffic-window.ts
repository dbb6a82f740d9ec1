import { LATENCY_STEPS, latencyAt } from "@plinth/engine";

export const TRAFFIC_MINUTES = 60;
const CLASSES = ["2xx", "3xx", "4xx", "5xx"] as const;
/** Of one minute and group: requests by class of status, then by step of latency. */
const WIDTH = CLASSES.length + LATENCY_STEPS;

export type StatusCounts = Record<(typeof CLASSES)[number], number>;

interface TrafficFigures {
  readonly requests: number;
  readonly statuses: StatusCounts;
  /** In milliseconds. Null: no request whose time is measured. */
  readonly p50_ms: number | null;
  readonly p95_ms: number | null;
  readonly p99_ms: number | null;
}

export interface TrafficMinute extends TrafficFigures {
  /** When the minute began. */
  readonly at: string;
}

export interface TrafficGroup extends TrafficFigures {
  readonly group: string;
}

/** The requests of the last hour by minute and group, of one workspace or of all. Each group takes 9 kB. */
export class TrafficWindow {
  /** Which minute each slot counts. */
  readonly #minutes = new Float64Array(TRAFFIC_MINUTES).fill(-1);
  readonly #groups: (Uint32Array | undefined)[] = [];

  /** `minute`: since the Unix epoch. `step`: of the latency; -1 where it says nothing. */
  add(minute: number, group: number, status: number, step: number): void {
    const slot = minute % TRAFFIC_MINUTES;
    if (this.#minutes[slot] !== minute) this.#begin(slot, minute);
    let cells = this.#groups[group];
    if (cells === undefined) {
      cells = new Uint32Array(TRAFFIC_MINUTES * WIDTH);
      this.#groups[group] = cells;
    }
    const at = slot * WIDTH;
    cells[at + classOf(status)]!++;
    if (step >= 0) cells[at + CLASSES.length + step]!++;
  }

  #begin(slot: number, minute: number): void {
    this.#minutes[slot] = minute;
    for (const cells of this.#groups) cells?.fill(0, slot * WIDTH, (slot + 1) * WIDTH);
  }

  /** The minutes up to this one, the oldest first; of one group or of all. */
  minutes(last: number, group?: number): TrafficMinute[] {
    return Array.from({ length: TRAFFIC_MINUTES }, (_, i) => {
      const minute = last - TRAFFIC_MINUTES + 1 + i;
      return { at: new Date(minute * 60_000).toISOString(), ...figuresIn(this.#sum([minute], group)) };
    });
  }

  /** Those that had requests, the busiest first. */
  groups(last: number, names: readonly string[]): TrafficGroup[] {
    const minutes = Array.from({ length: TRAFFIC_MINUTES }, (_, i) => last - i);
    return [...this.#groups.keys()]
      .map((group) => ({ group: names[group]!, ...figuresIn(this.#sum(minutes, group)) }))
      .filter(({ requests }) => requests > 0)
      .sort((a, b) => b.requests - a.requests);
  }

  #sum(minutes: readonly number[], group?: number): Float64Array {
    const sum = new Float64Array(WIDTH);
    const groups = group === undefined ? this.#groups : [this.#groups[group]];
    for (const minute of minutes) {
      const slot = minute % TRAFFIC_MINUTES;
      if (this.#minutes[slot] !== minute) continue;
      for (const cells of groups) {
        if (cells) for (let i = 0; i < WIDTH; i++) sum[i]! += cells[slot * WIDTH + i]!;
      }
    }
    return sum;
  }
}

function classOf(status: number): number {
  if (status < 300) return 0;
  if (status < 400) return 1;
  return status < 500 ? 2 : 3;
}

function figuresIn(counts: Float64Array): TrafficFigures {
  const steps = counts.subarray(CLASSES.length);
  return {
    requests: counts.subarray(0, CLASSES.length).reduce((sum, count) => sum + count, 0),
    statuses: Object.fromEntries(CLASSES.map((name, i) => [name, counts[i]!])) as StatusCounts,
    p50_ms: latencyAt(steps, 0.5),
    p95_ms: latencyAt(steps, 0.95),
    p99_ms: latencyAt(steps, 0.99),
  };
}
