import type { SqlDriver, SqlQuery } from "@plinth/core";
import { eq } from "drizzle-orm";
import { systemDatabase } from "../system/database.ts";
import { mustFindAtMost } from "../system/guard.ts";
import {
  authProviders,
  collections,
  roles,
  rules,
  signingKeys,
  trustedIssuers,
  workspaceHosts,
} from "../system/schema.ts";

const COUNTED = { authProviders, collections, roles, rules, signingKeys, trustedIssuers, workspaceHosts };

/** What a workspace has a limited number of. */
export type CountedKind = keyof typeof COUNTED;

/** The statements that fail their batch under the label where the workspace then has more than these. */
export function mustHoldAtMost(
  driver: SqlDriver,
  { kind, workspaceId, most }: { readonly kind: CountedKind; readonly workspaceId: string; readonly most: number },
  label: string,
): SqlQuery[] {
  const table = COUNTED[kind];
  const rows = systemDatabase(driver)
    .select({ workspaceId: table.workspaceId })
    .from(table)
    .where(eq(table.workspaceId, workspaceId));
  return mustFindAtMost(driver, label, { most, name: `${kind} ${workspaceId}`, rows });
}
