import {
  and,
  anonymous,
  type Condition,
  DEFAULT_WORKSPACE_ID,
  FULL_ACCESS,
  type SqlDriver,
  variablesOf,
} from "@plinth/core";
import { IDEMPOTENCY_KEYS as KEYS } from "@plinth/db";
import { KEY_KEPT_MS } from "../../kernel/claim.ts";
import { type Engine, storeOf } from "../../kernel/engine.ts";
import type { Feature } from "../../kernel/feature.ts";
import { hasIdAmong } from "../../read/conditions.ts";

/** Keys that are deleted at once: as many as any engine takes in one statement. */
const SLICE = 90;
const EVERY_MS = 10 * 60_000;

/** Deletes idempotency keys, and the answers kept with them, once they can no longer be asked for. */
export const keyRetention: Feature = {
  name: "key-retention",
  schedules: [{ name: "key-retention", everyMs: EVERY_MS, run: deleteOldKeys }],
};

async function deleteOldKeys({ clock, config }: Engine, driver: SqlDriver): Promise<boolean> {
  const store = storeOf(driver, config);
  const now = clock.now();
  const bindings = { values: [], variables: variablesOf(anonymous(DEFAULT_WORKSPACE_ID), now) };
  // An import may take longer than a key is kept.
  const where = and(isBefore("created_at", now - KEY_KEPT_MS), isBefore("lease_until", now));
  const { rows } = await store.find(
    { collection: KEYS, access: FULL_ACCESS, where, select: ["id"], sort: [], limit: { value: SLICE } },
    bindings,
  );
  if (rows.length === 0) return false;
  const ids = rows.map((row) => row.id as string);
  // What has been claimed anew since then stays.
  await store.mutate([{ kind: "delete", collection: KEYS, where: and(hasIdAmong(KEYS, ids), where) }], bindings);
  return rows.length === SLICE;
}

function isBefore(name: string, value: number): Condition {
  return { kind: "compare", ref: { field: KEYS.byName.get(name)! }, op: "lt", operand: { value } };
}
