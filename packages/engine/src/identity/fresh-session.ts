import { PlinthError } from "@plinth/core";
import { listSessionRows } from "@plinth/db";
import type { RequestContext } from "../kernel/engine.ts";

const MINUTE_MS = 60_000;

/** Requires that the session is new: one that was left open, or stolen, must not do what cannot be undone. */
export async function requireFreshSession({ engine, driver, principal, client, now }: RequestContext): Promise<void> {
  const rows = await listSessionRows(driver, principal.id!, now);
  const current = rows.find(({ token }) => token === client?.sessionToken);
  const age = now - (current?.createdAt.getTime() ?? 0);
  if (age >= engine.config.stepUpMinutes * MINUTE_MS) throw new PlinthError("STEP_UP_REQUIRED");
}
