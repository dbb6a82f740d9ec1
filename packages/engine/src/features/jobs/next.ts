import type { SqlDriver } from "@plinth/core";
import { nextJobTimes } from "@plinth/db";
import type { NextRun } from "../../kernel/alarm-clock.ts";
import type { Engine } from "../../kernel/engine.ts";
import { jobHandlers } from "../../kernel/jobs.ts";

/** How often it is tried whether a queue with limits has room. */
const HELD_BACK_MS = 5000;

/** Of the server's own kinds. What is pending and not held back runs where it was stored, or at the end of a lease. */
export async function nextJobs(engine: Engine, driver: SqlDriver): Promise<NextRun> {
  const { dueAt, isHeldBack } = await nextJobTimes(driver, [...jobHandlers(engine).keys()]);
  if (!isHeldBack) return { at: dueAt };
  return { at: Math.min(dueAt ?? Number.POSITIVE_INFINITY, engine.clock.now() + HELD_BACK_MS) };
}
