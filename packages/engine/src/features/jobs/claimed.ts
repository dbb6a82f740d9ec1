import type { ReportedJobRow } from "@plinth/db";
import type { Engine } from "../../kernel/engine.ts";
import { Lru } from "../../kernel/lru.ts";
import { service } from "../../kernel/services.ts";
import { triggerIn } from "./attempt-run.ts";
import type { ReportedJob } from "./ending.ts";

const MOST_KNOWN = 5000;

/** What reports need to know of the jobs that workers have claimed here, and what does not change meanwhile: they need not be read again. */
const claimed = service("claimed jobs", (_: Engine) => new Lru<string, ReportedJob>(MOST_KNOWN));

export interface LeasedJob {
  readonly id: string;
  readonly lease: string;
}

const nameOf = ({ id, lease }: LeasedJob): string => `${id} ${lease}`;

export function rememberClaimed(engine: Engine, rows: readonly ReportedJobRow[], lease: string): void {
  const known = claimed(engine);
  for (const row of rows) {
    // A claimed row is whole: what it holds may be large, and is of no use here.
    const small = { ...row, payload: triggerIn(row), progress: null, result: null, error: null, lease };
    known.set(nameOf(small), small);
  }
}

/** As it was claimed: whether it is still its claimer's is up to the statement that changes it. */
export function claimedHere(engine: Engine, workspaceId: string, job: LeasedJob): ReportedJob | undefined {
  const known = claimed(engine).get(nameOf(job));
  return known?.workspaceId === workspaceId ? known : undefined;
}

export function forgetClaimed(engine: Engine, job: LeasedJob): void {
  claimed(engine).delete(nameOf(job));
}
