import { type RunOptions, type RunReport, run } from "./run.ts";
import type { Scenario } from "./scenario.ts";
import { badInput } from "./scenarios/bad-input.ts";
import { browser } from "./scenarios/browser.ts";
import { collectionChanges } from "./scenarios/collection-changes.ts";
import { collections } from "./scenarios/collections.ts";
import { differential } from "./scenarios/differential.ts";
import { documents } from "./scenarios/documents.ts";
import { expiry } from "./scenarios/expiry.ts";
import { fieldTypes } from "./scenarios/field-types.ts";
import { filters } from "./scenarios/filters.ts";
import { health } from "./scenarios/health.ts";
import { injection } from "./scenarios/injection.ts";
import { itemsChange } from "./scenarios/items-change.ts";
import { itemsCreate } from "./scenarios/items-create.ts";
import { keys } from "./scenarios/keys.ts";
import { liveQueries } from "./scenarios/live.ts";
import { openapi } from "./scenarios/openapi.ts";
import { paging } from "./scenarios/paging.ts";
import { permissions } from "./scenarios/permissions.ts";
import { realtime } from "./scenarios/realtime.ts";
import { ruleReading } from "./scenarios/rules-reading.ts";
import { ruleRelations } from "./scenarios/rules-relations.ts";
import { ruleRoles } from "./scenarios/rules-roles.ts";
import { ruleWriting } from "./scenarios/rules-writing.ts";
import { sessions } from "./scenarios/sessions.ts";
import { setup, users } from "./scenarios/setup.ts";
import { fieldsAndExpand } from "./scenarios/shape.ts";
import { sorts } from "./scenarios/sort.ts";
import { transfer } from "./scenarios/transfer.ts";
import { workspaces } from "./scenarios/workspaces.ts";

export type { RunOptions, RunReport } from "./run.ts";
export type { Scenario } from "./scenario.ts";

/**
 * What every Plinth answers, whatever it runs on: request by request, in whose name, with what must be in the answer
 * and what must not. Each part of the table may be run alone; only `expiry` wants to come last, to wait the least.
 */
export const contract: Scenario[] = [
  ...health,
  ...setup,
  ...users,
  ...sessions,
  ...keys,
  ...workspaces,
  ...collections,
  ...collectionChanges,
  ...fieldTypes,
  ...itemsCreate,
  ...itemsChange,
  ...documents,
  ...filters,
  ...sorts,
  ...fieldsAndExpand,
  ...paging,
  ...ruleRoles,
  ...ruleReading,
  ...ruleWriting,
  ...ruleRelations,
  ...permissions,
  ...badInput,
  ...injection,
  ...browser,
  ...openapi,
  ...transfer,
  ...realtime,
  ...liveQueries,
  ...differential,
  ...expiry,
];

/**
 * Asks a fresh, empty instance the whole contract through `fetch`, the target's only face.
 *
 * @example
 * const report = await runContract({ target: "bun × sqlite", baseUrl, fetch, setupToken });
 */
export function runContract(options: RunOptions): Promise<RunReport> {
  return run(contract, options);
}
