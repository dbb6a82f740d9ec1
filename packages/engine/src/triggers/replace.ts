import { expectedOneOf, invalid, isObject, PlinthError, type SqlQuery, uuidv7 } from "@plinth/core";
import { beginTriggerCursor, deleteJobTriggers, JOB_FAILED, type JobTriggerRow, putJobTrigger } from "@plinth/db";
import { logReader } from "../changelog/reader.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { jobHandlers, TASK } from "../kernel/jobs.ts";
import { requirePayload } from "../write/enqueue.ts";
import { checkChangeSettings } from "./change-input.ts";
import { checkCron, nextTime } from "./cron.ts";
import { checkDateWhen } from "./date-times.ts";
import { startAt } from "./log-start.ts";
import { DATE, type JobFailedWhen, type JobTemplate, type Trigger, type TriggerWhen } from "./trigger.ts";

/** Of a template, as JSON: a change comes in addition. */
const MAX_TEMPLATE_BYTES = 64 * 1024;

/**
 * The statements that give an owner these triggers, and no others, for the batch that stores the owner. Throws `VALIDATION` for one
 * that cannot work; `at` is the path of a trigger's field in the caller's body. One with the name and the `when` of an earlier one goes
 * on where that was: nothing is passed over and nothing comes twice.
 *
 * @example
 * const queries = await replaceTriggers(ctx, "function:report", [{ name: "cron", when, job: { ...template, kind: "function" } }]);
 * return commit(ctx, { queries: [insertReport, ...queries], data });
 */
export async function replaceTriggers(
  ctx: RequestContext,
  owner: string,
  triggers: readonly Trigger[],
  at: (field: string, index: number) => string = (field) => field,
): Promise<SqlQuery[]> {
  const { engine, driver, principal, now } = ctx;
  const { workspaceId } = principal;
  for (const [index, trigger] of triggers.entries()) checkTrigger(ctx, trigger, (field) => at(field, index));
  const head = await logReader(engine, driver).head(workspaceId);
  const rows = triggers.map(
    ({ name, when, job, enabled = true }): JobTriggerRow => ({
      ...{ id: uuidv7(now), workspaceId, owner, name, kind: when.type, spec: JSON.stringify(when) },
      ...{ job: JSON.stringify(job), enabled, dueAt: enabled ? firstDue(when, now) : null, doneAt: now, resume: null },
      ...startAt(head),
      ...{ firings: "[]", version: 1, createdAt: now, updatedAt: now },
    }),
  );
  const reads = rows.some(({ kind, enabled }) => (kind === "change" || kind === DATE) && enabled);
  return [
    ...(reads ? beginTriggerCursor(driver, workspaceId, head) : []),
    deleteJobTriggers(
      driver,
      { workspaceId, owner },
      rows.map(({ name }) => name),
    ),
    ...rows.map((row) => putJobTrigger(driver, row)),
  ];
}

/** When time first has something to do with a trigger. */
function firstDue(when: TriggerWhen, now: number): number | null {
  if (when.type === "cron") return nextTime(when, now);
  // The first look finds the next date, or says when it looks for failed jobs again.
  return when.type === DATE || when.type === JOB_FAILED ? now : null;
}

/** Throws `VALIDATION` for a trigger that cannot work. */
export function checkTrigger(ctx: RequestContext, { when, job }: Trigger, at: (field: string) => string): void {
  try {
    if (when.type === "cron") checkCron(when);
    else if (when.type === "change") checkChangeSettings(ctx, when);
    else if (when.type === DATE) checkDateWhen(ctx, when);
    else checkFailedKinds(ctx, when);
    checkTemplate(ctx, job);
  } catch (error) {
    if (!(error instanceof PlinthError) || typeof error.details?.field !== "string") throw error;
    const { field } = error.details;
    const path = at(field);
    if (path === field) throw error;
    throw invalid(path, error.message.replace(`${field}: `, ""), error.code);
  }
}

/** Of queues and names any may come; kinds are the server's. */
function checkFailedKinds({ engine }: RequestContext, { kinds }: JobFailedWhen): void {
  const known = [TASK, ...jobHandlers(engine).keys()];
  const wrong = kinds.find((kind) =>
    kind.endsWith("*") ? !known.some((one) => one.startsWith(kind.slice(0, -1))) : !known.includes(kind),
  );
  if (wrong !== undefined) throw invalid("kinds", expectedOneOf(known, wrong));
}

function checkTemplate(ctx: RequestContext, job: JobTemplate): void {
  const { kind, payload } = job;
  const taken = jobHandlers(ctx.engine).get(kind)?.triggered !== undefined;
  if (!taken && payload !== null && !isObject(payload))
    throw invalid("payload", "must be an object: it gets `trigger`, with what has triggered the job");
  if (new TextEncoder().encode(JSON.stringify(job)).length > MAX_TEMPLATE_BYTES)
    throw invalid("payload", `may take ${MAX_TEMPLATE_BYTES} bytes with the rest of the job`, "LIMIT_EXCEEDED");
  requirePayload(ctx, { kind, payload }, (field) => field);
  if (kind === TASK && job.name === undefined) throw invalid("name", "is required");
}
