import type { RunGroup, RunRow } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { service } from "../kernel/services.ts";

/** A process counts the runs that it stores, and looks after so many whether there are too many. */
const LOOK_EVERY = 100;
/** Groups of runs for which it counts. Of the others, one run of `LOOK_EVERY` has their group looked at, by chance. */
const MOST_COUNTED = 10_000;

export class RunCounts {
  readonly #counts = new Map<string, number>();
  readonly #due = new Map<string, RunGroup>();

  note(group: RunGroup): void {
    const key = JSON.stringify(group);
    const before = this.#counts.get(key);
    if (before === undefined && this.#counts.size >= MOST_COUNTED) {
      if (Math.random() < 1 / LOOK_EVERY) this.#due.set(key, group);
      return;
    }
    this.#counts.set(key, ((before ?? 0) + 1) % LOOK_EVERY);
    // The first one too: processes of some hosts do not live for many.
    if (!before) this.#due.set(key, group);
  }

  /** A group that may have too many; it is not returned again before more are stored. */
  take(): RunGroup | undefined {
    for (const [key, group] of this.#due) {
      this.#due.delete(key);
      return group;
    }
    return undefined;
  }

  /** There were more than could be deleted at once. */
  putBack(group: RunGroup): void {
    this.#due.set(JSON.stringify(group), group);
  }
}

/** What this process has stored. */
export const runCounts = service("counts of runs", (_: Engine) => new RunCounts());

/** To be called for each run that is stored. */
export function noteRun(engine: Engine, { workspaceId, kind, name }: Pick<RunRow, "workspaceId" | "kind" | "name">) {
  const counts = runCounts(engine);
  counts.note({ workspaceId, kind });
  counts.note({ workspaceId, kind, name });
}
