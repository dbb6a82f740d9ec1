import { type Json, type JsonObject, PlinthError } from "@plinth/core";
import { isBuiltIn } from "../../../kernel/sources.ts";
import * as z from "../../../kernel/zod.ts";
import { type LeafKind, type LeafRun, NodeFailure, type NodeProblem } from "./node-kind.ts";
import type { FlowPermissions } from "./permissions.ts";

const MAX_LISTED = 200;

interface ItemAction {
  /** The action of rules that it needs. */
  readonly needs: FlowPermissions["actions"][number] | undefined;
  /** The call of the API, and the parts of the node that it takes. */
  readonly call: string;
  readonly takes: readonly string[];
  readonly required: readonly string[];
}

const ITEM_NODE_ACTIONS = {
  list: { needs: "read", call: "db.list", takes: ["collection", "query"], required: [] },
  get: { needs: "read", call: "db.get", takes: ["collection", "item", "query"], required: ["item"] },
  create: { needs: "create", call: "db.create", takes: ["collection", "data"], required: ["data"] },
  update: {
    needs: "update",
    call: "db.update",
    takes: ["collection", "item", "data", "options"],
    required: ["item", "data"],
  },
  upsert: { needs: "update", call: "db.upsert", takes: ["collection", "data", "options"], required: ["data"] },
  delete: { needs: "delete", call: "db.delete", takes: ["collection", "item", "options"], required: ["item"] },
  batch: { needs: undefined, call: "db.batch", takes: ["operations"], required: ["operations"] },
} as const satisfies Record<string, ItemAction>;

type ItemActionName = keyof typeof ITEM_NODE_ACTIONS;
const NAMES = Object.keys(ITEM_NODE_ACTIONS) as [ItemActionName, ...ItemActionName[]];

const PARTS = ["collection", "item", "query", "data", "options", "operations"] as const;
const part = z.json().optional();

/** Reads and writes items as the API does, as whom the flow declares. A write happens once. */
export const itemNode: LeafKind = {
  shape: {
    action: z.enum(NAMES),
    collection: z.string().max(100).optional(),
    item: z.string().max(2000).optional().describe("The id of the item"),
    query: part.describe("Of `list`: as in POST /api/items/:slug/query"),
    data: part,
    options: part.describe("Such as `if_version`; of `upsert`: `on_conflict`"),
    operations: part.describe("Of `batch`, as in POST /api/batch"),
  },
  templates: PARTS,
  check: partsOfAction,
  lacks(node, permissions) {
    if (permissions.as === null) return { field: "action", problem: "needs permissions.as: system or role:NAME" };
    return node.action === "batch"
      ? lackedByBatch(node.operations as Json, permissions)
      : lackedBy(node.action as ItemActionName, node.collection as string, permissions);
  },
  async run(input, run) {
    const action = ITEM_NODE_ACTIONS[input.action as ItemActionName];
    const call = run.engine.functionData?.(run.ctx)[action.call];
    if (!call) throw new PlinthError("UNSUPPORTED_BY_HOST", "This server reaches no items from flows.");
    const values = action.takes.map((name) => (name === "query" ? bounded(input) : input[name]));
    if (action.needs === "read") return (await call(values, run.signal)) as Json;
    return write(input, values, action.call, run);
  },
};

async function write(input: JsonObject, values: readonly unknown[], call: string, run: LeafRun): Promise<Json> {
  const { collections } = run.ctx.catalog;
  const collection = collections.get(String(input.collection));
  const work = async (ctx: LeafRun["ctx"]) => (await run.engine.functionData!(ctx)[call]!(values, run.signal)) as Json;
  // What is in another database cannot be recorded together with the write.
  return collection && !isBuiltIn(collection) ? work(run.ctx) : run.once(work);
}

/** A list has a bound. */
function bounded({ action, query }: JsonObject): Json | undefined {
  if (action !== "list") return query;
  const { limit = MAX_LISTED, ...rest } = (query ?? {}) as JsonObject;
  if (typeof limit !== "number" || limit > MAX_LISTED)
    throw new NodeFailure(`query.limit: must be at most ${MAX_LISTED}`, "LIMIT_EXCEEDED", false);
  return { ...rest, limit };
}

function partsOfAction(node: JsonObject): NodeProblem | undefined {
  const name = node.action as ItemActionName;
  const { takes, required } = ITEM_NODE_ACTIONS[name] as ItemAction;
  const must = takes.includes("collection") ? ["collection", ...required] : required;
  const missing = must.find((field) => node[field] === undefined);
  if (missing !== undefined) return { field: missing, problem: `is required for ${name}` };
  const unknown = PARTS.find((field) => node[field] !== undefined && !takes.includes(field));
  return unknown && { field: unknown, problem: `${name} takes ${takes.join(", ")}` };
}

function lackedBy(
  action: ItemActionName,
  collection: string,
  { actions, collections }: FlowPermissions,
): NodeProblem | undefined {
  const { needs } = ITEM_NODE_ACTIONS[action];
  if (needs && !actions.includes(needs)) return { field: "action", problem: `permissions.actions has no ${needs}` };
  // Which one a template names is known when it runs; then it is refused.
  if (collection.includes("{{") || collections.includes(collection)) return undefined;
  return { field: "collection", problem: `permissions.collections has no ${collection}` };
}

const OPERATION_NEEDS: Readonly<Record<string, ItemActionName>> = {
  create: "create",
  update: "update",
  replace: "update",
  upsert: "upsert",
  delete: "delete",
};

/** Operations may be an expression, whose value is checked when it runs. */
function lackedByBatch(operations: Json, permissions: FlowPermissions): NodeProblem | undefined {
  if (!Array.isArray(operations)) return undefined;
  for (const [i, operation] of operations.entries()) {
    const { op, collection } = (operation ?? {}) as JsonObject;
    const action = typeof op === "string" ? OPERATION_NEEDS[op] : undefined;
    const lacked = action && typeof collection === "string" && lackedBy(action, collection, permissions);
    if (lacked) return { field: `operations.${i}`, problem: lacked.problem };
  }
  return undefined;
}
