import { Lru } from "@plinth/engine";

const MAX_FAULTS = 200;
const MAX_REFUSALS = 500;

interface Failed {
  /** Undefined: it failed before the workspace was known. */
  readonly workspace: string | undefined;
  readonly code: string;
  readonly status: number;
  readonly route: string;
  readonly request_id: string;
}

/** A fault of the server: an answer from 500 on. */
export interface Fault extends Failed {
  readonly at: number;
}

/** Refusals of one kind by one route. */
export interface RefusalCount extends Omit<Failed, "request_id"> {
  count: number;
  /** Of the last one. */
  last_at: number;
  last_request_id: string;
}

/** The last faults, and what was refused how often since the process began. */
export class Failures {
  readonly #faults: Fault[] = [];
  readonly #refusals = new Lru<string, RefusalCount>(MAX_REFUSALS);

  add(failed: Failed, at: number): void {
    if (failed.status >= 500) {
      this.#faults.push({ ...failed, at });
      if (this.#faults.length > MAX_FAULTS) this.#faults.shift();
      return;
    }
    const { request_id, ...kind } = failed;
    const key = `${kind.workspace}|${kind.code}|${kind.route}`;
    const known = this.#refusals.get(key);
    if (known) {
      known.count++;
      known.last_at = at;
      known.last_request_id = request_id;
    } else this.#refusals.set(key, { ...kind, count: 1, last_at: at, last_request_id: request_id });
  }

  /** Of one workspace or of all, the newest first. */
  faults(workspace: string | undefined): Fault[] {
    return this.#faults.filter((one) => concerns(one, workspace)).reverse();
  }

  /** The commonest first. */
  refusals(workspace: string | undefined): RefusalCount[] {
    return [...this.#refusals.values()].filter((one) => concerns(one, workspace)).sort((a, b) => b.count - a.count);
  }
}

function concerns(one: { readonly workspace: string | undefined }, workspace: string | undefined): boolean {
  return workspace === undefined || one.workspace === workspace;
}
