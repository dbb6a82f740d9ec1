import type { SqlDriver } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import type { ChangeConsumer } from "../kernel/feature.ts";
import { drainChanges } from "./consume.ts";

/** Of changes in one tick, of each workspace: a hundred each. */
const MAX_PAGES = 5;

/**
 * Handles the new changes of the workspaces that a consumer names. Without a lasting process, a write is followed by schedules alone,
 * so that theirs read the log too. Never fails.
 */
export async function drainConsumer(engine: Engine, driver: SqlDriver, consumer: ChangeConsumer): Promise<void> {
  const { name, from, handle, onGap } = consumer;
  for (const workspaceId of (await consumer.workspaces?.(driver)) ?? []) {
    const context = { engine, driver, workspaceId };
    const options = { name, workspaceId, from, maxPages: MAX_PAGES, ...(onGap && { onGap: () => onGap(context) }) };
    await drainChanges(engine, driver, options, (changes, { signal }) => handle(changes, { ...context, signal })).catch(
      (error: unknown) =>
        // What other workspaces wait for goes on.
        engine.log.warn("a consumer of the change log failed; the next tick tries again", {
          name,
          workspaceId,
          error: String(error),
        }),
    );
  }
}
