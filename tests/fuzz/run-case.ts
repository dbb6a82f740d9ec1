/** Runs a case on one engine, at the level of the services: the same operations, callers and clock everywhere. */
import {
  type Json,
  PlinthError,
  type Principal,
  parseSortText,
  ROLE_AUTHENTICATED,
  ROLE_PUBLIC,
  type SqlDriver,
} from "@plinth/core";
import { testConfig } from "@plinth/core/testing";
import type { Caller, Case, Operation, OperationResult } from "./case.ts";
import { logFault, type State } from "./change-log.ts";
import type { Engine as Database } from "./engines/index.ts";
import { Names } from "./names.ts";
import { execute } from "./operations.ts";
import {
  type Catalog,
  contextOf,
  createEngine,
  type Engine,
  listItems,
  logReader,
  type RequestContext,
} from "./plinth.ts";

export interface Run {
  readonly results: readonly OperationResult[];
  /** Every item of every collection afterwards. */
  readonly state: Json;
  /** Where the change log tells another state: how, and the state. */
  readonly log?: readonly [string, Json];
}

/** Watches operations while they run, with the context that they run in. */
export type Watch = (index: number, operation: Operation, ctx: RequestContext) => Promise<void>;

export const START = Date.UTC(2024, 4, 1, 10);
/** So short that the catalog is mostly still fresh; changes made here are known at once all the same. */
const STEP_MS = 40;
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

export const USER_IDS = { alice: "00000000-0000-4000-8000-0000000a11ce", bob: "00000000-0000-4000-8000-000000000b0b" };
export const EDITOR = "editor";

// The first ones are Plinth's own.
let workspaces = 0xffff;

export function newWorkspaceId(): string {
  return `00000000-0000-7000-8000-${(++workspaces).toString(16).padStart(12, "0")}`;
}

export async function runCase(database: Database, one: Case, watch?: Watch): Promise<Run> {
  const { driver } = database;
  let now = START;
  const engine = createEngine({ config: CONFIG, clock: { now: () => now }, log: SILENT });
  const workspaceId = newWorkspaceId();
  await makeWorkspace(driver, workspaceId);
  const scopeOf = async (caller: Caller): Promise<RequestContext> => {
    now += STEP_MS;
    const catalog: Catalog = await engine.catalogs.get(driver, workspaceId);
    const principal = principalOf(caller, workspaceId);
    return contextOf(engine, driver, principal, catalog);
  };
  const names = new Names();
  const results: OperationResult[] = [];
  const begin = await logReader(engine, driver).head(workspaceId);
  try {
    for (const [i, operation] of one.operations.entries()) {
      const ctx = await scopeOf("as" in operation ? operation.as : "admin");
      results.push(names.settle(await resultOf(() => execute(ctx, operation))));
      await watch?.(i, operation, ctx);
    }
    const admin = await scopeOf("admin");
    const state = await stateOf(admin);
    const log = await logFault(admin, begin, state);
    return { results, state: names.settle(state), ...(log && { log }) };
  } finally {
    await database.clear(await tablesOf(engine, driver, workspaceId));
  }
}

export async function resultOf(work: () => Promise<Json>): Promise<OperationResult> {
  try {
    return { answer: await work() };
  } catch (error) {
    if (!(error instanceof PlinthError)) return { crashed: textOf(error) };
    const field = error.details?.field;
    return field === undefined ? { refused: error.code } : { refused: error.code, field };
  }
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${textOf(error.cause)}` : error.message;
}

async function stateOf(ctx: RequestContext): Promise<State> {
  const state: Record<string, Json> = {};
  for (const slug of [...ctx.catalog.collections.keys()].sort()) {
    const { data } = await listItems(ctx, slug, { sort: parseSortText("id"), limit: 1000 });
    state[slug] = data!;
  }
  return state;
}

export async function tablesOf(engine: Engine, driver: SqlDriver, workspaceId: string): Promise<string[]> {
  const catalog = await engine.catalogs.get(driver, workspaceId);
  return [...catalog.collections.values()].map(({ table }) => table);
}

export async function makeWorkspace(driver: SqlDriver, id: string): Promise<void> {
  const roles = [ROLE_PUBLIC, ROLE_AUTHENTICATED, EDITOR].map((name, i) => ({
    sql: `insert into plinth_roles (id, workspace_id, name, created_at) values ('${id}-${i}', '${id}', '${name}', 0)`,
    params: [],
  }));
  const sql = `insert into plinth_workspaces (id, slug, name, revision, created_at) values ('${id}', '${id}', 'fuzz', 1, 0)`;
  await driver.batch([{ sql, params: [] }, ...roles]);
}

function principalOf(caller: Caller, workspaceId: string): Principal {
  if (caller === "admin") return { kind: "key", id: "k", workspaceId, roles: [ROLE_PUBLIC], bypass: true };
  if (caller === "anonymous") return { kind: "anonymous", workspaceId, roles: [ROLE_PUBLIC], bypass: false };
  const roles = [ROLE_PUBLIC, ROLE_AUTHENTICATED, ...(caller === "alice" ? [EDITOR] : [])];
  const email = `${caller}@example.com`;
  return { kind: "user", id: USER_IDS[caller], email, workspaceId, roles, bypass: false };
}

const CONFIG = testConfig();
