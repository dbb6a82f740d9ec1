import { DataError, type SqlDriver } from "@plinth/core";
import { insertSecurityEvent } from "@plinth/db";
import type { Engine } from "../../kernel/engine.ts";
import { wakeOutbox } from "../../kernel/outbox.ts";
import { mailDisabled } from "./notice.ts";
import { disableWebhookQueries, type WebhookRow } from "./repository.ts";

const ENABLED = "enabled webhook";

/**
 * Sends nothing more to it until somebody enables it again, and says so. What waits, waits. With `url`, only while that is its address.
 */
export async function disableWebhook(
  engine: Engine,
  driver: SqlDriver,
  { id, workspaceId, name }: Pick<WebhookRow, "id" | "workspaceId" | "name">,
  { reason, url }: { readonly reason: string; readonly url?: string },
): Promise<void> {
  const now = engine.clock.now();
  const event = insertSecurityEvent(driver, {
    ...{ workspaceId, at: now, type: "webhook_disable", outcome: "failed" },
    ...{ target: `webhook:${id}`, detail: { name, reason } },
  });
  const mails = await mailDisabled(engine, driver, { workspaceId, name }, reason);
  try {
    await driver.batch([...disableWebhookQueries(driver, { id, reason, now, url }, ENABLED), event, ...mails]);
  } catch (error) {
    // Somebody else has just done it, or deleted the webhook, or given it another address.
    if (error instanceof DataError && error.guard === ENABLED) return;
    throw error;
  }
  if (mails.length > 0) wakeOutbox(engine);
  engine.log.warn("a webhook was disabled", { workspaceId, webhook: id, reason });
}
