import type { SqlDriver, SqlQuery } from "@plinth/core";
import { findWorkspace, listMemberRows, listServerOwners } from "@plinth/db";
import type { Engine } from "../../kernel/engine.ts";
import { DAY_MS, outboxOf } from "../../kernel/outbox.ts";
import type { WebhookRow } from "./repository.ts";

const MOST_MEMBERS = 100;
const SENT_WITHIN_MS = 3 * DAY_MS;

/** The statements that mail to who administers the workspace why a webhook was disabled. None where the server sends no mail. */
export async function mailDisabled(
  engine: Engine,
  driver: SqlDriver,
  { workspaceId, name }: Pick<WebhookRow, "workspaceId" | "name">,
  reason: string,
): Promise<SqlQuery[]> {
  const outbox = outboxOf(engine);
  if (!outbox) return [];
  const workspace = await findWorkspace(driver, workspaceId);
  const variables = {
    ...{ webhook: name, reason, workspace: workspace?.name ?? workspaceId },
    url: `${engine.config.appUrl}/admin`,
  };
  const expiresAt = engine.clock.now() + SENT_WITHIN_MS;
  const queries: SqlQuery[] = [];
  for (const to of await administratorsOf(driver, workspaceId)) {
    const order = { workspaceId, template: "webhook_disabled", to, variables, languages: "", expiresAt } as const;
    queries.push(...(await outbox.queue(engine, driver, { ...order, asker: "counted" })));
  }
  return queries;
}

async function administratorsOf(driver: SqlDriver, workspaceId: string): Promise<string[]> {
  const members = await listMemberRows(driver, workspaceId, { limit: MOST_MEMBERS });
  const some = members.filter(({ role }) => role === "owner" || role === "admin");
  const all = some.length > 0 ? some : await listServerOwners(driver);
  return all.flatMap(({ email }) => (email === null ? [] : [email]));
}
