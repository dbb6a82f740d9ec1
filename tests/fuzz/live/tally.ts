import type { LiveRun } from "./finding.ts";

/** What many cases came to. */
export class Tally {
  #cases = 0;
  #sums = { steps: 0, comparisons: 0, spare: 0, again: 0, reads: 0, refills: 0, snapshots: 0, diffs: 0 };

  add({ steps, comparisons, spare, again, counters }: LiveRun): void {
    this.#cases++;
    const more = { steps, comparisons, spare, again, ...counters };
    for (const name of Object.keys(this.#sums) as (keyof typeof more)[]) this.#sums[name] += more[name];
  }

  line(): string {
    const { steps, comparisons, spare, again, reads, refills, snapshots, diffs } = this.#sums;
    const received = `${snapshots} whole results (${again} without need), ${diffs} differences, ${spare} spare events`;
    return `${this.#cases} cases (${steps} steps, ${comparisons} comparisons, ${reads} queries read, ${refills} read on, ${received})`;
  }
}
