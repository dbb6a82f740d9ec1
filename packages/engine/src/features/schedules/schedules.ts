import { DataError, invalid, isUuid, PlinthError, uuidv7 } from "@plinth/core";
import { deleteJobTriggers, insertMissingJobs, type JobTriggerRow, noteJobTrigger, renameJobTrigger } from "@plinth/db";
import { requireActions } from "../../access/has-actions.ts";
import { commit } from "../../commit/commit.ts";
import { nameOfCaller } from "../../commit/mutate.ts";
import type { Requirement } from "../../commit/requirement.ts";
import { type CursorPage, idInCursor, type PageQuery, pageById } from "../../identity/paging.ts";
import { recordOf } from "../../identity/security-events.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { announceJobs } from "../../kernel/jobs.ts";
import { plainText } from "../../kernel/plain-text.ts";
import { serverSet } from "../../kernel/server-set.ts";
import * as z from "../../kernel/zod.ts";
import { checkCron, nextTime } from "../../triggers/cron.ts";
import { firingRuns } from "../../triggers/firing-runs.ts";
import { replaceTriggers } from "../../triggers/replace.ts";
import {
  cronWhen,
  firingAt,
  firingsIn,
  type JobTemplate,
  jobTemplate,
  type TriggerFiring,
  type TriggerWhen,
  templateOf,
  triggerWhen,
  whenOf,
  withFirings,
} from "../../triggers/trigger.ts";
import { triggeredJob } from "../../triggers/triggered-job.ts";
import { announceTriggers } from "../../triggers/wake.ts";
import { describeJob, type ShownJob } from "../../write/describe-job.ts";
import { requireJobName } from "../../write/job-name.ts";
import {
  findScheduleRow,
  listScheduleRows,
  mustBeAsRead,
  mustHaveFewSchedules,
  scheduleId,
  scheduleOwner,
  takeScheduleTurn,
} from "./repository.ts";

const MAX_SCHEDULES = 200;
const CURSOR_SORT = "id";
/** The guard of a change that was made from what it has read. */
const AS_READ = "schedule";
const PREVIEWED = 5;

const SET_BY_SERVER = ["id", "next_at", "last_firings", "created_at", "updated_at"] as const;

const settable = {
  name: plainText(1, 100),
  when: triggerWhen.describe("When: by times, changes of items, dates of items, or jobs that have failed"),
  job: jobTemplate.describe("The job that is stored then; its payload gets `trigger`"),
  enabled: z.boolean().describe("False: it is paused"),
};

export const createScheduleSchema = z.strictObject({
  ...serverSet(...SET_BY_SERVER),
  ...settable,
  enabled: settable.enabled.default(true),
});

export const updateScheduleSchema = z.strictObject({
  ...serverSet(...SET_BY_SERVER),
  ...z.object(settable).partial().shape,
});

export const previewScheduleSchema = z.strictObject({
  when: cronWhen,
  after: z.iso.datetime({ offset: true }).optional().describe("The first time comes after this one; now unless given"),
});

/** A schedule as the API returns it. */
export interface ScheduledJob {
  id: string;
  name: string;
  when: TriggerWhen;
  job: JobTemplate;
  enabled: boolean;
  /** The next time of one by times; null where there is none, and while it is paused. */
  next_at: string | null;
  /** The newest first. */
  last_firings: TriggerFiring[];
  created_at: string;
  updated_at: string;
}

export async function listSchedules(
  { driver, principal }: RequestContext,
  { limit, cursor }: PageQuery,
): Promise<CursorPage<ScheduledJob>> {
  const page = { limit: limit + 1, after: idInCursor(cursor, CURSOR_SORT) };
  const rows = await listScheduleRows(driver, principal.workspaceId, page);
  return pageById(rows.map(describe), limit, CURSOR_SORT, (schedule) => schedule);
}

export async function getSchedule(ctx: RequestContext, id: string): Promise<ScheduledJob> {
  return describe(await requireSchedule(ctx, id));
}

export async function createSchedule(
  ctx: RequestContext,
  { name, when, job, enabled }: z.output<typeof createScheduleSchema>,
): Promise<ScheduledJob> {
  requireRights(ctx, when);
  await requireJobName(ctx, job, pathOf);
  const { driver, now } = ctx;
  const id = uuidv7(now);
  const queries = await replaceTriggers(ctx, scheduleOwner(id), [{ name, when, job, enabled }], pathOf);
  const record = recordOf(ctx, {
    type: "schedule_create",
    target: scheduleOwner(id),
    detail: { name, type: when.type },
  });
  const data = shown({
    id,
    name,
    when,
    job,
    enabled,
    createdAt: now,
    updatedAt: now,
    dueAt: dueOf(when, enabled, now),
  });
  const made = await commit(ctx, { queries: [...queries, record], requires: [fewSchedules(ctx, driver)], data });
  await announceTriggers(ctx);
  return made;
}

/** What keeps its times, its changes or its dates goes on where it is; one that was paused begins anew. */
export async function updateSchedule(
  ctx: RequestContext,
  id: string,
  input: z.output<typeof updateScheduleSchema>,
): Promise<ScheduledJob> {
  const { driver, now } = ctx;
  const before = await requireSchedule(ctx, id);
  const { name = before.name, when = whenOf(before), job = templateOf(before), enabled = before.enabled } = input;
  requireRights(ctx, whenOf(before));
  requireRights(ctx, when);
  // One whose function is gone can still be paused.
  if (input.job) await requireJobName(ctx, input.job, pathOf);
  const owner = scheduleOwner(id);
  const isSame = before.enabled && enabled && JSON.stringify(when) === before.spec;
  const changed = (["name", "when", "job", "enabled"] as const).filter((part) => input[part] !== undefined);
  const queries = [
    ...mustBeAsRead(driver, before, AS_READ),
    renameJobTrigger(driver, before, name),
    ...(await replaceTriggers(ctx, owner, [{ name, when, job, enabled }], pathOf)),
    recordOf(ctx, { type: "schedule_change", target: owner, detail: { name, changed } }),
  ];
  const dueAt = isSame ? before.dueAt : dueOf(when, enabled, now);
  const data = shown({ ...before, id, name, when, job, enabled, updatedAt: now, dueAt });
  const changes = { queries, data: { ...data, last_firings: firingsIn(before) } };
  const after = await commit(ctx, changes).catch(async (error: unknown) => {
    if (!(error instanceof DataError && error.guard === AS_READ)) throw error;
    await requireSchedule(ctx, id);
    throw new PlinthError("CONFLICT", "The schedule was changed at the same time: read it, and try again.");
  });
  await announceTriggers(ctx);
  return after;
}

/** Its jobs stay. */
export async function deleteSchedule(ctx: RequestContext, id: string): Promise<{ id: string }> {
  requireActions(ctx.principal, ["jobs:write"], "job");
  const row = await requireSchedule(ctx, id);
  const record = recordOf(ctx, { type: "schedule_delete", target: row.owner, detail: { name: row.name } });
  const queries = [...takeScheduleTurn(ctx.driver, row), deleteJobTriggers(ctx.driver, row), record];
  return commit(ctx, { queries, data: { id } });
}

/** Stores its job now, whether it is paused or not. */
export async function runSchedule(ctx: RequestContext, id: string): Promise<ShownJob> {
  requireActions(ctx.principal, ["jobs:write"], "job");
  const { engine, driver, now, principal, requestId = null } = ctx;
  const row = await requireSchedule(ctx, id);
  const by = nameOfCaller(principal);
  const trigger = { type: "manual", at: new Date(now).toISOString(), by };
  const job = await triggeredJob({ engine, driver }, row, { at: now, key: uuidv7(now), trigger, requestId });
  const firings = withFirings(row, [{ ...firingAt(now, now, job.id), ...(by !== null && { by }) }]);
  const answer = await commit(ctx, {
    queries: [
      ...insertMissingJobs(driver, [job]),
      ...firingRuns(engine, driver, row, [job]),
      noteJobTrigger(driver, row.id, { firings }),
    ],
    data: describeJob(job),
    lasting: false,
  });
  await announceJobs(ctx, [job]);
  return answer;
}

/** The next times of a schedule that need not be stored. */
export function previewSchedule(
  { now }: RequestContext,
  { when, after }: z.output<typeof previewScheduleSchema>,
): { times: string[] } {
  checkCron(when);
  const times: string[] = [];
  let at: number | null = after === undefined ? now : Date.parse(after);
  while (times.length < PREVIEWED) {
    at = nextTime(when, at);
    if (at === null) break;
    times.push(new Date(at).toISOString());
  }
  return { times };
}

/** Jobs hold the items that changes and dates are of: a key with a scope could read by them what it may not. */
function requireRights({ principal }: RequestContext, { type }: TriggerWhen): void {
  requireActions(principal, ["jobs:write"], "job");
  if (principal.scope === undefined || type === "cron") return;
  throw invalid("when", "a scoped key may have times alone, not changes, dates of items or failed jobs", "FORBIDDEN");
}

const WHEN_FIELDS = new Set([
  "schedule",
  "zone",
  "events",
  "filter",
  "filter_before",
  "collection",
  "field",
  "queues",
  "kinds",
  "names",
]);

const pathOf = (field: string): string =>
  `${WHEN_FIELDS.has(field) || field.startsWith("payload.fields") ? "when" : "job"}.${field}`;

async function requireSchedule({ driver, principal }: RequestContext, id: string): Promise<JobTriggerRow> {
  const row = isUuid(id) ? await findScheduleRow(driver, principal.workspaceId, id) : undefined;
  if (!row) throw new PlinthError("NOT_FOUND", "There is no such schedule.");
  return row;
}

function fewSchedules({ principal }: RequestContext, driver: RequestContext["driver"]): Requirement {
  const message = `A workspace can have at most ${MAX_SCHEDULES} schedules; delete one first.`;
  return {
    guard: (label) => mustHaveFewSchedules(driver, principal.workspaceId, MAX_SCHEDULES, label),
    refusal: () => new PlinthError("LIMIT_EXCEEDED", message),
  };
}

const dueOf = (when: TriggerWhen, enabled: boolean, now: number): number | null =>
  enabled && when.type === "cron" ? nextTime(when, now) : null;

function describe(row: JobTriggerRow): ScheduledJob {
  const { name, enabled, createdAt, updatedAt, dueAt } = row;
  const when = whenOf(row);
  const known = when.type === "cron" && enabled ? dueAt : null;
  const own = { id: scheduleId(row), name, when, job: templateOf(row), enabled, createdAt, updatedAt, dueAt: known };
  return { ...shown(own), last_firings: firingsIn(row) };
}

interface ScheduleParts extends Pick<JobTriggerRow, "id" | "name" | "enabled" | "createdAt" | "updatedAt" | "dueAt"> {
  readonly when: TriggerWhen;
  readonly job: JobTemplate;
}

function shown({ id, name, when, job, enabled, createdAt, updatedAt, dueAt }: ScheduleParts): ScheduledJob {
  return {
    ...{ id, name, when, job, enabled, next_at: dueAt === null ? null : new Date(dueAt).toISOString() },
    ...{
      last_firings: [],
      created_at: new Date(createdAt).toISOString(),
      updated_at: new Date(updatedAt).toISOString(),
    },
  };
}
