import { DataError, excerpt, invalid, PlinthError, type SqlQuery, uuidv7 } from "@plinth/core";
import { commit, refuseOn } from "../../commit/commit.ts";
import { recordOf } from "../../identity/security-events.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { functionNameProblem } from "../../kernel/names-in-use.ts";
import * as z from "../../kernel/zod.ts";
import { announceTriggers } from "../../triggers/index.ts";
import { type FlowDefinition, type flowSchema, nodesIn, parseFlow } from "./definition/parse.ts";
import { requireFlow } from "./find-flow.ts";
import { flowTarget, flowTriggers } from "./flow-triggers.ts";
import { FLOW_NAME } from "./nodes/permissions.ts";
import {
  changeFlow,
  countFlows,
  deleteFlowQueries,
  deleteOldFlowVersions,
  type FlowRow,
  findFlow,
  findFlowVersion,
  insertFlow,
  insertFlowVersion,
  listFlowRows,
  listFlowSecretRows,
  listFlowVersionRows,
  mustHaveFewFlows,
} from "./repository.ts";

const MAX_FLOWS = 200;
/** Of one flow; the one that runs is kept in any case. */
const KEPT_VERSIONS = 50;
const AS_READ = "flow";

export const rollBackFlowSchema = z.strictObject({ version: z.int().min(1) });
export const updateFlowSchema = z.strictObject({
  enabled: z.boolean().describe("Whether its triggers start it. Runs that have begun go on"),
});

/** A flow as lists show it. */
export interface ShownFlow {
  name: string;
  /** The one that new runs follow. */
  version: number;
  enabled: boolean;
  description: string;
  triggers: FlowDefinition["triggers"];
  permissions: FlowDefinition["permissions"];
  created_at: string;
  updated_at: string;
}

export async function listFlows(ctx: RequestContext): Promise<ShownFlow[]> {
  const rows = await listFlowRows(ctx.driver, ctx.principal.workspaceId);
  return rows.map(({ definition, ...row }) => describe(row, JSON.parse(definition) as FlowDefinition));
}

export async function showFlow(ctx: RequestContext, name: string) {
  const row = await requireFlow(ctx, name);
  const [definition, secrets] = await Promise.all([
    flowDefinition(ctx, row, row.activeVersion),
    listFlowSecretRows(ctx.driver, row.id),
  ]);
  return { ...describe(row, definition), nodes: definition.nodes, secrets: secrets.map((secret) => secret.name) };
}

export async function listFlowVersions(ctx: RequestContext, name: string) {
  const row = await requireFlow(ctx, name);
  const found = await listFlowVersionRows(ctx.driver, row.id);
  return found.map(({ version, definition, createdAt }) => {
    const { description, triggers, permissions, nodes } = JSON.parse(definition) as FlowDefinition;
    const active = version === row.activeVersion;
    return { version, active, description, triggers, permissions, nodes, created_at: instantOf(createdAt) };
  });
}

/** A new version, which new runs follow from now on. Those that have begun follow their own. */
export async function deployFlow(
  ctx: RequestContext,
  name: string,
  input: z.output<typeof flowSchema>,
): Promise<ShownFlow> {
  const { driver, now, principal } = ctx;
  const { workspaceId } = principal;
  const named = FLOW_NAME.safeParse(name);
  if (!named.success) throw invalid("name", `${excerpt(name)}: ${named.error.issues[0]!.message}`);
  const definition = await parseFlow(ctx.engine, input);
  await requireFunctions(ctx, definition);
  const before = await findFlow(driver, workspaceId, name);
  const tooMany = () => new PlinthError("LIMIT_EXCEEDED", `A workspace may have ${MAX_FLOWS} flows.`);
  if (!before && (await countFlows(driver, workspaceId)) >= MAX_FLOWS) throw tooMany();
  const [last] = before ? await listFlowVersionRows(driver, before.id) : [];
  const version = (last?.version ?? 0) + 1;
  const row: FlowRow = {
    ...(before ?? { id: uuidv7(now), workspaceId, name, enabled: true, createdAt: now }),
    activeVersion: version,
    updatedAt: now,
  };
  const text = JSON.stringify(definition);
  const queries = [
    ...(before ? changeFlow(driver, before, row, AS_READ) : [insertFlow(driver, row)]),
    insertFlowVersion(driver, { flowId: row.id, version, workspaceId, definition: text, createdAt: now }),
    deleteOldFlowVersions(driver, row.id, version - KEPT_VERSIONS, version),
    ...(await flowTriggers(ctx, row, definition)),
    recordOf(ctx, {
      type: "flow_deploy",
      target: flowTarget(name),
      detail: { version, ...definition.permissions, triggers: definition.triggers.map(({ type }) => type) },
    }),
  ];
  const few = {
    guard: (label: string) => mustHaveFewFlows(driver, workspaceId, MAX_FLOWS, label),
    refusal: tooMany,
  };
  const overtaken = () => new PlinthError("CONFLICT", "Somebody else has just deployed this flow; try again.");
  const data = describe(row, definition);
  const deployed = await commit(ctx, { queries, requires: before ? [] : [few], data })
    .catch(refuseOn("unique", overtaken))
    .catch(refuseOutrun(ctx, name));
  await announceTriggers(ctx);
  return deployed;
}

/** Nodes that name functions which are not there would fail each run. */
async function requireFunctions(ctx: RequestContext, { nodes }: FlowDefinition): Promise<void> {
  for (const { node, path } of nodesIn(nodes, "nodes")) {
    if (node.type !== "function") continue;
    const problem = await functionNameProblem(ctx, node.name as string);
    if (problem !== undefined) throw invalid(`${path}.name`, `node ${node.id}: ${problem}`);
  }
}

export async function rollBackFlow(ctx: RequestContext, name: string, version: number): Promise<ShownFlow> {
  const row = await requireFlow(ctx, name);
  const definition = await flowDefinition(ctx, row, version);
  const detail = { version, before: row.activeVersion };
  const record = recordOf(ctx, { type: "flow_rollback", target: flowTarget(name), detail });
  return change(ctx, row, { activeVersion: version }, { definition, record });
}

export async function updateFlow(
  ctx: RequestContext,
  name: string,
  { enabled }: z.output<typeof updateFlowSchema>,
): Promise<ShownFlow> {
  const row = await requireFlow(ctx, name);
  const definition = await flowDefinition(ctx, row, row.activeVersion);
  const record = recordOf(ctx, { type: "flow_change", target: flowTarget(name), detail: { enabled } });
  return change(ctx, row, { enabled }, { definition, record });
}

async function change(
  ctx: RequestContext,
  before: FlowRow,
  part: Partial<Pick<FlowRow, "activeVersion" | "enabled">>,
  { definition, record }: { readonly definition: FlowDefinition; readonly record: SqlQuery },
): Promise<ShownFlow> {
  const changed = { ...before, ...part, updatedAt: ctx.now };
  const queries = [
    ...changeFlow(ctx.driver, before, changed, AS_READ),
    ...(await flowTriggers(ctx, changed, definition)),
    record,
  ];
  const data = describe(changed, definition);
  const after = await commit(ctx, { queries, data }).catch(refuseOutrun(ctx, before.name));
  await announceTriggers(ctx);
  return after;
}

/** For `catch`: the refusal of a change to a flow that is gone, or that somebody else has changed since it was read. */
function refuseOutrun(ctx: RequestContext, name: string): (error: unknown) => Promise<never> {
  return async (error) => {
    if (!(error instanceof DataError && error.guard === AS_READ)) throw error;
    await requireFlow(ctx, name);
    throw new PlinthError("CONFLICT", "The flow was changed at the same time: read it, and try again.");
  };
}

/** With its versions and secrets. Runs that have begun go on; those that have not fail. */
export async function deleteFlow(ctx: RequestContext, name: string): Promise<{ name: string }> {
  const row = await requireFlow(ctx, name);
  const queries = [
    ...deleteFlowQueries(ctx.driver, row.id),
    ...(await flowTriggers(ctx, row, { triggers: [] })),
    recordOf(ctx, { type: "flow_delete", target: flowTarget(name), detail: {} }),
  ];
  return commit(ctx, { queries, data: { name } });
}

export async function flowDefinition(ctx: RequestContext, row: FlowRow, version: number): Promise<FlowDefinition> {
  const found = await findFlowVersion(ctx.driver, row.id, version);
  if (!found) throw new PlinthError("NOT_FOUND", "There is no such version of the flow.", { field: "version" });
  return JSON.parse(found.definition) as FlowDefinition;
}

function describe(
  { name, activeVersion, enabled, createdAt, updatedAt }: FlowRow,
  { description, triggers, permissions }: FlowDefinition,
): ShownFlow {
  return {
    ...{ name, version: activeVersion, enabled, description, triggers, permissions },
    created_at: instantOf(createdAt),
    updated_at: instantOf(updatedAt),
  };
}

const instantOf = (ms: number): string => new Date(ms).toISOString();
