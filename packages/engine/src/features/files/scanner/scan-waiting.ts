import type { SqlDriver } from "@plinth/core";
import type { Engine } from "../../../kernel/engine.ts";
import { longestPause } from "../../../kernel/retry-pause.ts";
import { Rooms } from "../../../kernel/rooms.ts";
import { service } from "../../../kernel/services.ts";
import { claimWaiting, listDueWorkspaces, type WaitingContent } from "./repository.ts";
import { LEASE_MS, PAUSES, SCANNER_SCHEDULE, scanContent } from "./scan-contents.ts";

/** A host without a lasting process gives a tick 30 seconds. */
const SCHEDULE_WAITS_MS = 25_000;
/** Asked at the same time by one process: of one workspace. */
const AT_ONCE = 5;
/** The same of all, in a slice of a host without a lasting process. */
const AT_ONCE_IN_TICK = 5;
/** Workspaces that one slice looks at. */
const MOST_WORKSPACES = 100;
/** How long the end of the process waits for answers. */
const STOP_MS = 3000;

const scans = service("scans of files", ({ clock }: Engine) => new Rooms(clock, LEASE_MS));

/** Asks about contents that are due, of each workspace its share; returns whether there may be more. In a process that lasts it goes on by itself. */
export async function scanWaiting(engine: Engine, driver: SqlDriver): Promise<boolean> {
  const { isLasting } = engine.scheduler;
  const begun = await beginScans(engine, driver, isLasting ? Number.POSITIVE_INFINITY : AT_ONCE_IN_TICK);
  if (!isLasting) await Promise.all(begun);
  return begun.length > 0;
}

/** What is not answered by then is asked again when its lease has ended. */
export async function stopScanning(engine: Engine): Promise<void> {
  await scans.ifMade(engine)?.settle(STOP_MS);
}

async function beginScans(engine: Engine, driver: SqlDriver, most: number): Promise<Promise<void>[]> {
  const now = engine.clock.now();
  const latest = now + longestPause(PAUSES);
  const workspaces = await listDueWorkspaces(driver, { now, latest, most: Math.min(most, MOST_WORKSPACES) });
  const share = Math.min(AT_ONCE, Math.max(1, Math.floor(most / Math.max(1, workspaces.length))));
  const begun: Promise<void>[] = [];
  for (const workspaceId of workspaces) {
    const room = share - scans(engine).count(workspaceId);
    if (room <= 0) continue;
    const claimed = await claimWaiting(driver, { workspaceId, now, latest, leaseUntil: now + LEASE_MS, most: room });
    begun.push(...claimed.map((waiting) => beginScan(engine, driver, waiting)));
  }
  return begun;
}

async function beginScan(engine: Engine, driver: SqlDriver, waiting: WaitingContent): Promise<void> {
  const { content, workspaceId } = waiting;
  await scans(engine).run(workspaceId, () =>
    scanContent(engine, driver, waiting, SCHEDULE_WAITS_MS).catch((error: unknown) => {
      engine.log.warn("a file could not be scanned; it is tried again when its lease has ended", { content, error });
    }),
  );
  if (engine.scheduler.isLasting) engine.scheduler.wake(SCANNER_SCHEDULE);
}
