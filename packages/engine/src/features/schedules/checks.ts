import type { Finding } from "@plinth/core";
import { listTroubledJobTriggers } from "@plinth/db";
import type { Check } from "../../kernel/check.ts";
import { jobHandlers } from "../../kernel/jobs.ts";
import { firingsIn, templateOf } from "../../triggers/trigger.ts";
import { listScheduleRows } from "./repository.ts";

const MOST_LATE_MS = 10 * 60_000;
const MOST = 50;
const MOST_SCHEDULES = 200;

/** Triggers that store no jobs although they should. */
export const SCHEDULE_CHECKS: readonly Check[] = [
  {
    name: "late-triggers",
    scope: "workspace",
    summary: "Schedules, and triggers of functions and flows, whose time came more than 10 minutes ago",
    async find({ engine, driver, principal, now }) {
      // They wait with intent.
      if (engine.config.sending === "paused") return [];
      const which = { workspaceId: principal.workspaceId, enabled: true, dueBefore: now - MOST_LATE_MS, most: MOST };
      return (await listTroubledJobTriggers(driver, which)).map(({ owner, name, dueAt }) => ({
        severity: "error",
        subject: owner,
        message: `"${name}" was due ${Math.round((now - dueAt!) / 60_000)} minutes ago, and no process has looked at it.`,
        advice: "On hosts that keep no process, check that ticks come (docs/adding-a-feature.md).",
      }));
    },
  },
  {
    name: "broken-triggers",
    scope: "workspace",
    summary: "Schedules, and triggers of functions and flows, that the server has turned off",
    async find({ driver, principal }) {
      const which = { workspaceId: principal.workspaceId, enabled: false, most: MOST };
      return (await listTroubledJobTriggers(driver, which)).flatMap((row) => {
        const [last] = firingsIn(row);
        if (!last?.off) return [];
        return {
          severity: "warning",
          subject: row.owner,
          message: `"${row.name}" stores no jobs. ${last.error}`,
          advice: "Mend what it says, and enable the schedule, or deploy its owner again (docs/schedules.md).",
        };
      });
    },
  },
  {
    name: "schedules-of-nothing",
    scope: "workspace",
    summary: "Schedules of a function or a flow that is not there any more",
    async find(ctx) {
      const rows = await listScheduleRows(ctx.driver, ctx.principal.workspaceId, { limit: MOST_SCHEDULES });
      const known = new Map<string, string | undefined>();
      const findings: Finding[] = [];
      for (const row of rows.filter(({ enabled }) => enabled)) {
        const { kind, name = kind } = templateOf(row);
        const key = `${kind} ${name}`;
        if (!known.has(key)) known.set(key, await jobHandlers(ctx.engine).get(kind)?.checkName?.(ctx, name));
        const problem = known.get(key);
        if (problem === undefined) continue;
        const message = `Each job of the schedule "${row.name}" fails: ${problem}.`;
        const advice =
          "Choose another one for the schedule, deploy it again, or delete the schedule (docs/schedules.md).";
        findings.push({ severity: "error", subject: row.owner, message, advice });
      }
      return findings;
    },
  },
];
