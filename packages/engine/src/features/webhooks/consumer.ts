import type { SqlDriver } from "@plinth/core";
import { drainChanges } from "../../changelog/consume.ts";
import type { Engine } from "../../kernel/engine.ts";
import type { ChangeConsumer } from "../../kernel/feature.ts";
import { listWebhookWorkspaces, WEBHOOKS_CURSOR } from "./repository.ts";
import { sendWebhooks } from "./sending/sender.ts";
import { sendGapMessages, storeDeliveries } from "./store-changes.ts";

/** Reads the log of the workspaces that have webhooks. */
export const webhooksConsumer: ChangeConsumer = {
  name: WEBHOOKS_CURSOR,
  // A cursor is stored with the first webhook, so that nothing after it is left out.
  from: "now",
  workspaces: listWebhookWorkspaces,
  handle: storeDeliveries,
  onGap: sendGapMessages,
};

/** Of changes in one tick, of each workspace: a hundred each. */
const MAX_PAGES = 5;

/** A slice of the schedule. Without a lasting process, a write is followed by schedules alone, so that this one reads the log too. */
export async function runWebhooks(engine: Engine, driver: SqlDriver): Promise<boolean> {
  if (!engine.scheduler.isLasting) await storeNewChanges(engine, driver);
  return sendWebhooks(engine, driver);
}

async function storeNewChanges(engine: Engine, driver: SqlDriver): Promise<void> {
  for (const workspaceId of await listWebhookWorkspaces(driver)) {
    const context = { engine, driver, workspaceId };
    const options = { name: WEBHOOKS_CURSOR, workspaceId, from: "now", maxPages: MAX_PAGES } as const;
    await drainChanges(engine, driver, { ...options, onGap: () => sendGapMessages(context) }, (changes, { signal }) =>
      storeDeliveries(changes, { ...context, signal }),
    ).catch((error: unknown) =>
      // What other workspaces wait for goes on.
      engine.log.warn("changes could not be stored for webhooks; the next tick tries again", {
        workspaceId,
        error: String(error),
      }),
    );
  }
}
