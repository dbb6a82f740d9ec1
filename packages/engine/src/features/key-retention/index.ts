import { anonymous, DEFAULT_WORKSPACE_ID, type SqlDriver, variablesOf } from "@plinth/core";
import { idempotencyKeys, replicas } from "@plinth/db";
import type { Engine } from "../../kernel/engine.ts";
import type { Feature } from "../../kernel/feature.ts";
import { keyRetentionMs } from "../../kernel/idempotency-lock.ts";
import { builtInSource } from "../../kernel/sources.ts";
import { REPLICA_KEEP_MS } from "../../write/replica-push.ts";

/** Maximum number of keys to delete at once: every database accepts this many in one statement. */
const SLICE = 90;
const EVERY_MS = 10 * 60_000;

/** Deletes idempotency keys and their stored answers, and the last pushes of copies, once they have expired. */
export const keyRetention: Feature = {
  name: "key-retention",
  schedules: [{ name: "key-retention", everyMs: EVERY_MS, run: deleteOldKeys }],
};

async function deleteOldKeys(engine: Engine, driver: SqlDriver): Promise<boolean> {
  const now = engine.clock.now();
  const bindings = { values: [], variables: variablesOf(anonymous(DEFAULT_WORKSPACE_ID), now) };
  const keys = idempotencyKeys(builtInSource(engine, driver).store, bindings);
  // An import may take longer than a key is kept.
  const moreKeys = await keys.deleteExpired({ createdAt: now - keyRetentionMs(engine), leaseUntil: now }, SLICE);
  const copies = replicas(builtInSource(engine, driver).store, bindings);
  return (await copies.deleteUnused(now - REPLICA_KEEP_MS, SLICE)) || moreKeys;
}
