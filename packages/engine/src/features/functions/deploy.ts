import { DataError, excerpt, invalid, PlinthError, uuidv7 } from "@plinth/core";
import { commit, refuseOn, type Write } from "../../commit/commit.ts";
import { commitMetadataChange } from "../../commit/metadata-change.ts";
import { recordOf } from "../../identity/security-events.ts";
import { collectionOf } from "../../kernel/catalog.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { announceTriggers } from "../../triggers/index.ts";
import { deleteValuesOf } from "./kv/repository.ts";
import {
  activateVersion,
  countFunctions,
  deleteFunctionQuery,
  deleteOldVersions,
  type FunctionRow,
  findFunction,
  findVersion,
  insertFunction,
  insertVersion,
  listFunctionRows,
  listHookRows,
  listSecretRows,
  listVersionRows,
  mustHaveFewFunctions,
} from "./repository.ts";
import { grownRights } from "./rights.ts";
import { type FunctionRuntime, requireMayDeploy, runnerOf } from "./runtimes.ts";
import {
  CHECK_LIMITS,
  type Deployment,
  type FunctionSettings,
  functionName,
  type GivenSettings,
  MAX_SOURCE_BYTES,
  settingsFrom,
  storedSettings,
} from "./settings.ts";
import { inSources, keptSourceMap } from "./source-map.ts";
import { requireActor, triggerQueries, triggersSchema } from "./triggers.ts";

const MAX_FUNCTIONS = 200;
/** One write may have to wait for all of them. */
const MAX_ASKED_FUNCTIONS = 10;
/** Of one function; the one that answers is kept in any case. */
const KEPT_VERSIONS = 50;
const VALUES_AT_ONCE = 500;
const GONE = "function";

/** A function as the API returns it. */
export interface DeployedFunction extends FunctionSettings {
  name: string;
  /** The one that answers. */
  version: number;
  created_at: string;
  updated_at: string;
}

export async function listFunctions(ctx: RequestContext): Promise<DeployedFunction[]> {
  const rows = await listFunctionRows(ctx.driver, ctx.principal.workspaceId);
  return rows.map(({ settings, ...row }) => describe(row, settings));
}

export async function showFunction(
  ctx: RequestContext,
  name: string,
): Promise<DeployedFunction & { source: string; secrets: string[] }> {
  const row = await requireFunction(ctx, name);
  const [version, secrets] = await Promise.all([
    requireVersion(ctx, row, row.activeVersion),
    listSecretRows(ctx.driver, row.id),
  ]);
  return { ...describe(row, version.settings), source: version.source, secrets: secrets.map((secret) => secret.name) };
}

export async function listFunctionVersions(ctx: RequestContext, name: string) {
  const row = await requireFunction(ctx, name);
  const found = await listVersionRows(ctx.driver, row.id);
  return found.map(({ version, settings, createdAt }) => ({
    version,
    active: version === row.activeVersion,
    ...storedSettings(settings),
    created_at: timeOf(createdAt),
  }));
}

/** A new version, which answers from now on. */
export async function deployFunction(
  ctx: RequestContext,
  name: string,
  { source, source_map, ...given }: Deployment,
): Promise<DeployedFunction> {
  const { driver, now, principal } = ctx;
  const { workspaceId } = principal;
  requireName(name);
  const sourceMap = keptSourceMap(source_map);
  const settings = await settingsOf(ctx, source, sourceMap, given);
  requireActor(settings.triggers, settings.permissions);
  const before = await findFunction(driver, workspaceId, name);
  const tooMany = () => new PlinthError("LIMIT_EXCEEDED", `A workspace may have ${MAX_FUNCTIONS} functions.`);
  if (!before && (await countFunctions(driver, workspaceId)) >= MAX_FUNCTIONS) throw tooMany();
  const [last] = before ? await listVersionRows(driver, before.id) : [];
  const version = (last?.version ?? 0) + 1;
  const row: FunctionRow = {
    ...(before ?? { id: uuidv7(now), workspaceId, name, createdAt: now }),
    activeVersion: version,
    writeHooks: await hooksIn(ctx, name, settings),
    updatedAt: now,
  };
  const stored = {
    functionId: row.id,
    version,
    workspaceId,
    source,
    sourceMap,
    settings: JSON.stringify(settings),
    createdAt: now,
  };
  const queries = [
    ...(before ? activateVersion(driver, row, GONE) : [insertFunction(driver, row)]),
    insertVersion(driver, stored),
    deleteOldVersions(driver, row.id, version - KEPT_VERSIONS, version),
    recordOf(ctx, {
      type: "function_deploy",
      target: `function:${name}`,
      detail: {
        version,
        runtime: settings.runtime,
        ...settings.permissions,
        ...(row.writeHooks !== null && { before: settings.before }),
      },
    }),
    ...(await triggerQueries(ctx, name, settings.triggers)),
  ];
  const few = {
    guard: (label: string) => mustHaveFewFunctions(driver, workspaceId, MAX_FUNCTIONS, label),
    refusal: tooMany,
  };
  const overtaken = () => new PlinthError("CONFLICT", "Somebody else has just deployed this function; try again.");
  const data = describe(row, stored.settings);
  const write = { queries, requires: before ? [] : [few], data };
  return commitVersion(ctx, [before, row], write).catch(refuseOn("unique", overtaken));
}

export async function rollBackFunction(ctx: RequestContext, name: string, version: number): Promise<DeployedFunction> {
  const { driver, now } = ctx;
  const row = await requireFunction(ctx, name);
  const { settings } = await requireVersion(ctx, row, version);
  requireMayDeploy(ctx, storedSettings(settings).runtime);
  const writeHooks = await hooksIn(ctx, name, storedSettings(settings));
  const changed = { ...row, activeVersion: version, writeHooks, updatedAt: now };
  const detail = { version, before: row.activeVersion };
  const queries = [
    ...activateVersion(driver, changed, GONE),
    recordOf(ctx, { type: "function_rollback", target: `function:${name}`, detail }),
    ...(await triggerQueries(ctx, name, storedSettings(settings).triggers)),
  ];
  return commitVersion(ctx, [row, changed], { queries, data: describe(changed, settings) });
}

/** With its versions, secrets and values. Its runs stay until they are old. */
export async function deleteFunction(ctx: RequestContext, name: string): Promise<{ name: string }> {
  const row = await requireFunction(ctx, name);
  // Few are left for the one statement below.
  while (await deleteValuesOf(ctx.driver, row.id, VALUES_AT_ONCE));
  const queries = [
    deleteFunctionQuery(ctx.driver, row.id),
    recordOf(ctx, { type: "function_delete", target: `function:${name}`, detail: {} }),
    ...(await triggerQueries(ctx, name, triggersSchema.parse({}))),
  ];
  return commitVersion(ctx, [row], { queries, data: { name } });
}

/** What is asked before writes is in the catalog. */
async function commitVersion<T>(
  ctx: RequestContext,
  rows: readonly (FunctionRow | undefined)[],
  write: Write<T>,
): Promise<T> {
  const isCatalog = rows.some((row) => typeof row?.writeHooks === "string");
  const written = isCatalog ? commitMetadataChange(ctx, write) : commit(ctx, write);
  const data = await written.catch((error: unknown) => {
    throw error instanceof DataError && error.guard === GONE ? noSuchFunction() : error;
  });
  await announceTriggers(ctx);
  return data;
}

/** The stored form of what the function is asked before. Collections that are deleted later are made again with it. */
async function hooksIn(ctx: RequestContext, name: string, { before }: FunctionSettings): Promise<string | null> {
  if (before.length === 0) return null;
  for (const [i, { collection: slug }] of before.entries()) {
    const field = `before.${i}.collection`;
    if (collectionOf(ctx, slug, field).system)
      throw invalid(field, `${slug} is built in, and its items are written by other routes`);
  }
  const others = (await listHookRows(ctx.driver, ctx.principal.workspaceId)).filter((row) => row.name !== name);
  if (others.length >= MAX_ASKED_FUNCTIONS) {
    const message = `A workspace may have ${MAX_ASKED_FUNCTIONS} functions that are asked before writes.`;
    throw new PlinthError("LIMIT_EXCEEDED", message, { field: "before" });
  }
  return JSON.stringify(before);
}

export async function requireFunction(ctx: RequestContext, name: string): Promise<FunctionRow> {
  const row = await findFunction(ctx.driver, ctx.principal.workspaceId, name);
  if (!row) throw noSuchFunction();
  return row;
}

export const noSuchFunction = () => new PlinthError("NOT_FOUND", "There is no such function.");

async function requireVersion(ctx: RequestContext, row: FunctionRow, version: number) {
  const found = await findVersion(ctx.driver, row.id, version);
  if (!found) throw new PlinthError("NOT_FOUND", "There is no such version of the function.", { field: "version" });
  return found;
}

/** What a deployment would declare, and what of it the version that answers may not do. Nothing is stored. */
export async function checkDeployment(
  ctx: RequestContext,
  name: string,
  { source, source_map, ...given }: Deployment,
): Promise<FunctionSettings & { name: string; grows: string[] }> {
  requireName(name);
  const settings = await settingsOf(ctx, source, keptSourceMap(source_map), given);
  const row = await findFunction(ctx.driver, ctx.principal.workspaceId, name);
  const active = row && (await findVersion(ctx.driver, row.id, row.activeVersion));
  const before = active && storedSettings(active.settings);
  return { name, ...settings, grows: grownRights(before, settings) };
}

function requireName(name: string): void {
  const { error } = functionName.safeParse(name);
  if (error) throw invalid("name", error.issues[0]!.message);
}

/** By the runtime that will run it: what is trusted may use what the interpreter lacks, but runs nowhere before it is known to be allowed. */
async function settingsOf(
  ctx: RequestContext,
  source: string,
  sourceMap: string | null,
  given: GivenSettings,
): Promise<FunctionSettings> {
  const asked = given.runtime ?? "sandbox";
  requireMayDeploy(ctx, asked);
  const settings = settingsFrom(await configIn(ctx, source, sourceMap, asked), given);
  if (settings.runtime === asked) return settings;
  requireMayDeploy(ctx, settings.runtime);
  await configIn(ctx, source, sourceMap, settings.runtime);
  return settings;
}

/**
 * What the source exports as `config`. It must have a size that can be stored, be a module, and have a function to call. Its own first lines run
 * for that, and may ask for nothing.
 */
async function configIn(
  { engine, principal }: RequestContext,
  source: string,
  sourceMap: string | null,
  runtime: FunctionRuntime,
): Promise<unknown> {
  const bytes = new TextEncoder().encode(source).length;
  if (bytes > MAX_SOURCE_BYTES)
    throw invalid("source", `may have ${MAX_SOURCE_BYTES} bytes, and has ${bytes}`, "LIMIT_EXCEEDED");
  const runner = await runnerOf(engine, runtime);
  const program = { source, fileName: "function.js", context: {}, calls: {}, limits: CHECK_LIMITS };
  const checked = await runner.run({ ...program, owner: principal.workspaceId, checkOnly: true });
  if (checked.ok) return checked.value;
  const { name, message, line } = inSources(checked.error, sourceMap);
  throw invalid("source", `${name}: ${excerpt(message)}${line === undefined ? "" : ` (line ${line})`}`);
}

function describe({ name, activeVersion, createdAt, updatedAt }: FunctionRow, settings: string): DeployedFunction {
  return {
    name,
    version: activeVersion,
    ...storedSettings(settings),
    created_at: timeOf(createdAt),
    updated_at: timeOf(updatedAt),
  };
}

export const timeOf = (at: number): string => new Date(at).toISOString();
