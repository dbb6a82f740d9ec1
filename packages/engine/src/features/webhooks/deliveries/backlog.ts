import type { SqlDriver } from "@plinth/core";
import type { Engine } from "../../../kernel/engine.ts";
import { service } from "../../../kernel/services.ts";
import { sizesWaiting } from "./repository.ts";

/** Characters that wait for a webhook. With more, its messages are stored without their items, which its receiver reads. */
const FULL_CHARS = 64_000_000;
/** How long what was read is counted on. */
const READ_AGAIN_MS = 30_000;
const MOST_WORKSPACES = 1000;

/** What waits for the webhooks of a workspace. One process at a time stores messages there, and counts its own. */
export class Backlog {
  constructor(
    readonly readAt: number,
    private readonly sizes: Map<string, number>,
  ) {}

  isFull(webhook: string): boolean {
    return (this.sizes.get(webhook) ?? 0) > FULL_CHARS;
  }

  add(webhook: string, size: number): void {
    this.sizes.set(webhook, (this.sizes.get(webhook) ?? 0) + size);
  }
}

const known = service("backlog of webhooks", (_: Engine) => new Map<string, Backlog>());

export async function backlogOf(engine: Engine, driver: SqlDriver, workspaceId: string): Promise<Backlog> {
  const all = known(engine);
  const now = engine.clock.now();
  const last = all.get(workspaceId);
  if (last && Math.abs(now - last.readAt) < READ_AGAIN_MS) return last;
  if (all.size >= MOST_WORKSPACES) all.clear();
  const backlog = new Backlog(now, await sizesWaiting(driver, workspaceId));
  all.set(workspaceId, backlog);
  return backlog;
}
