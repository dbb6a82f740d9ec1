import { PlinthError, type StepStore } from "@plinth/core";
import type { ClaimedJob, JobRow } from "@plinth/db";
import type { Engine, RequestContext } from "../../kernel/engine.ts";
import { untilNoted } from "../../kernel/until-noted.ts";
import { jsonWithin, MAX_RESULT_BYTES } from "./ending.ts";
import { waitOf } from "./events/wait.ts";
import { listStepRows } from "./repository.ts";
import { describeStep, keepStepOf } from "./steps.ts";

/** Read at once. */
const PAGE = 100;

/** The job is lost to another worker, or has too many steps. */
const isRefusal = (error: unknown): boolean => error instanceof PlinthError;

/** The steps of a job that runs in this process. */
export function stepStoreOf(engine: Engine, driver: RequestContext["driver"], job: JobRow & ClaimedJob): StepStore {
  return {
    now: () => engine.clock.now(),
    async page(cursor) {
      const { workspaceId, id: jobId } = job;
      const rows = await listStepRows(driver, { workspaceId, jobId }, { limit: PAGE, after: cursor ?? undefined });
      return { steps: rows.map(describeStep), next: rows.length === PAGE ? rows.at(-1)!.id : null };
    },
    async keep(name, result) {
      const step = { name, result: jsonWithin(result, MAX_RESULT_BYTES, "result") };
      // Its work has been done: that its result cannot be stored for some seconds must not have it done again.
      const kept = await untilNoted(() => keepStepOf(engine, driver, job, step), isRefusal);
      return kept.result;
    },
    async wait(step, { event, key, timeoutMs }) {
      const answer = await waitOf(engine, driver, job, { step, name: event, key: key ?? "", timeoutMs });
      return answer.step ? { result: answer.step.result } : { until: Date.parse(answer.until) };
    },
  };
}
