import { type Collection, fieldPolicyOf, invalid, type Json, type JsonObject, type Row } from "@plinth/core";
import { readPolicy } from "../access/read-policy.ts";
import { requireRightToGive } from "../access/writable-fields.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { replayableRow } from "../kernel/idempotency-lock.ts";
import { type ChangeTarget, changeStep, prepareChange } from "./change.ts";
import { createStep, type PreparedCreate, prepareCreate, showNew } from "./create.ts";
import { type ListEntry, type ListOrders, listOrders, relatedListOf, splitBody } from "./graph-input.ts";
import { type BodyLocation, detachStep, joinStep, type List, linkStep, unlinkStep } from "./links.ts";
import type { WriteOperation, WriteStep } from "./write-batch.ts";

export { hasGraph } from "./graph-input.ts";

const MAX_DEPTH = 6;
const MAX_WRITTEN = 500;

/** Shared by all steps of a request's graphs. */
export interface GraphContext {
  readonly ctx: RequestContext;
  readonly operation: number | undefined;
  written: number;
  /** A rule may use relations that the graph links, so its checks run after all links. */
  readonly checks: WriteStep[];
}

export function graphContext(ctx: RequestContext, operation?: number, written = 0): GraphContext {
  return { ctx, operation, written, checks: [] };
}

/** An item of a graph: the steps that write it and its related items, in order, and its answer. */
interface Node {
  readonly id: string;
  readonly row: Row;
  readonly provided: readonly string[];
  readonly steps: readonly WriteStep[];
  show(): Promise<Row>;
  replay(): Json;
}

/** Related items that an answer shows instead of their relation. */
interface RelatedNodes {
  readonly name: string;
  readonly many: boolean;
  readonly entries: readonly (Node | { readonly id: string })[];
}

/** A new item with related items, as one operation. */
export function createGraph(
  context: GraphContext,
  collection: Collection,
  body: Json,
  path: string,
): WriteOperation & Pick<Node, "row" | "provided"> {
  const node = createNode(context, collection, body, path, 0, {});
  const steps = [...node.steps, ...context.checks];
  return { steps, row: node.row, provided: node.provided, answer: () => node.show(), replay: node.replay };
}

function createNode(
  context: GraphContext,
  collection: Collection,
  body: Json,
  path: string,
  depth: number,
  fixed: JsonObject,
): Node {
  spend(context, path, depth);
  const { ctx, operation } = context;
  // Before any related item is processed.
  requireRightToGive(ctx.catalog, ctx.principal, collection, "create", body, Object.keys(fixed));
  const { own, ones, lists } = splitBody(collection, body, path);
  for (const name of Object.keys(fixed)) {
    if (Object.hasOwn(own, name) || ones.has(name))
      throw invalid(joined(path, name), "is set by the list that contains the item");
  }
  const before = createOnes(context, collection, ones, own, path, depth);
  const prepared = prepareCreate(ctx, collection, { ...own, ...fixed }, path, { lists: [...lists.keys()] });
  const id = prepared.row.id as string;
  const step = located(context, createStep(ctx, collection, [withoutFixed(prepared, fixed)], operation), path);
  const after = writeLists(context, collection, lists, id, path, depth, true);
  const related = [...before.related, ...after.related];
  return {
    id,
    row: prepared.row,
    provided: prepared.provided,
    steps: [...before.steps, step, ...after.steps],
    async show() {
      // Read after the write: new links may decide what the caller sees.
      const row = await showNew(ctx, collection, prepared.row);
      return withRelated(ctx, collection, row, related);
    },
    replay: () => replayWith(replayableRow(collection.slug, id), related),
  };
}

/** The list that contains an item refers to its owner, which the caller is writing. */
function withoutFixed(prepared: PreparedCreate, fixed: JsonObject): PreparedCreate {
  return { ...prepared, provided: prepared.provided.filter((name) => !Object.hasOwn(fixed, name)) };
}

/** A change of an item and its related items. */
export function changeGraph(
  context: GraphContext,
  target: ChangeTarget,
  body: Json,
  mode: "partial" | "replace",
  path: string,
): WriteOperation {
  const { ctx } = context;
  const { collection } = target;
  spend(context, path, 0);
  requireRightToGive(ctx.catalog, ctx.principal, collection, "update", body);
  const { own, ones, lists } = splitBody(collection, body, path);
  const before = createOnes(context, collection, ones, own, path, 0);
  const change = prepareChange(ctx, collection, own, mode, path);
  const changed = changeStep(
    ctx,
    { ...target, guarded: true },
    { ...change, provided: [...change.provided, ...lists.keys()] },
  );
  const id = target.id.toLowerCase();
  const after = writeLists(context, collection, lists, id, path, 0, false);
  const related = [...before.related, ...after.related];
  return {
    steps: [...before.steps, located(context, changed, undefined), ...after.steps, ...context.checks],
    async answer(results) {
      const row = await changed.answer(results[before.steps.length]!);
      return withRelated(ctx, collection, row, related);
    },
    replay: () => replayWith(replayableRow(collection.slug, id), related),
  };
}

/** Items that the new item points to are created before it. */
function createOnes(
  context: GraphContext,
  collection: Collection,
  ones: ReadonlyMap<string, JsonObject>,
  own: JsonObject,
  path: string,
  depth: number,
): { steps: WriteStep[]; related: RelatedNodes[] } {
  const steps: WriteStep[] = [];
  const related: RelatedNodes[] = [];
  for (const [name, body] of ones) {
    const target = context.ctx.catalog.collections.get(collection.byName.get(name)!.to!)!;
    const node = createNode(context, target, body, joined(path, name), depth + 1, {});
    own[name] = node.id;
    steps.push(...node.steps);
    related.push({ name, many: false, entries: [node] });
  }
  return { steps, related };
}

function writeLists(
  context: GraphContext,
  collection: Collection,
  lists: ReadonlyMap<string, Json>,
  owner: string,
  path: string,
  depth: number,
  isNew: boolean,
): { steps: WriteStep[]; related: RelatedNodes[] } {
  const steps: WriteStep[] = [];
  const related: RelatedNodes[] = [];
  for (const [name, value] of lists) {
    const at = joined(path, name);
    const list = relatedListOf(context.ctx, collection.byName.get(name)!, at);
    const written = writeList(context, list, listOrders(list, value, at, isNew), { owner, path: at, depth, isNew });
    steps.push(...written.steps);
    related.push({ name, many: true, entries: written.entries });
  }
  return { steps, related };
}

interface Owned {
  readonly owner: string;
  readonly path: string;
  readonly depth: number;
  readonly isNew: boolean;
}

function writeList(context: GraphContext, list: List, orders: ListOrders, { owner, path, depth, isNew }: Owned) {
  const { ctx, operation } = context;
  const steps: WriteStep[] = [];
  const entries: (Node | { id: string })[] = [];
  const locationOf = (key: string): BodyLocation => ({ path: `${path}.${key}`, operation });
  const setAt: BodyLocation = { path: orders.setPath ?? path, operation };
  const add = (step: WriteStep): void => void steps.push(located(context, step, undefined));
  const cut = list.junction ? detachStep : unlinkStep;
  const link = ({ id, junction }: ListEntry, key: "link" | "set", i: number): void => {
    const at = key === "set" ? { ...setAt, path: `${setAt.path}.${i}` } : locationOf(`${key}.${i}`);
    if (!list.junction) {
      add(linkStep(ctx, list, owner, id, at));
      return;
    }
    const place = placeIn(context, list, key, i);
    const extra = key === "set" ? { ...place, ...junction } : junction;
    add(joinStep(ctx, list, owner, id, extra, { ...at, fresh: false, initial: place }));
  };
  if (orders.set && !isNew) add(cut(ctx, list, owner, { keep: orders.set.map(({ id }) => id) }, setAt));
  orders.unlink.forEach((id, i) => {
    spend(context, path, depth);
    add(cut(ctx, list, owner, { id }, locationOf(`unlink.${i}`)));
  });
  orders.create.forEach(({ body, junction, path: at }, i) => {
    const fixed = list.junction ? {} : { [list.via.name]: owner };
    const node = createNode(context, list.target, body, at, depth + 1, fixed);
    steps.push(...node.steps);
    if (list.junction)
      add(
        joinStep(ctx, list, owner, node.id, junction, {
          path: at,
          operation,
          fresh: true,
          initial: placeIn(context, list, "link", i),
        }),
      );
    entries.push(node);
  });
  for (const key of ["link", "set"] as const) {
    (orders[key] ?? []).forEach((entry, i) => {
      spend(context, path, depth);
      link(entry, key, i);
      entries.push({ id: entry.id });
    });
  }
  return { steps, entries };
}

/** Where a list in an order of its own has the `i`th item: what is linked by itself comes behind all that are there. */
function placeIn({ ctx }: GraphContext, { junction }: List, key: "link" | "set", i: number): JsonObject {
  if (!junction?.order) return {};
  return { [junction.order.name]: key === "set" ? i : ctx.now + i / 1024 };
}

function joined(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function spend(context: GraphContext, path: string, depth: number): void {
  const at = path === "" ? "body" : path;
  if (depth > MAX_DEPTH)
    throw invalid(at, `related items may be nested at most ${MAX_DEPTH} levels deep`, "LIMIT_EXCEEDED");
  if (++context.written > MAX_WRITTEN)
    throw invalid(at, `at most ${MAX_WRITTEN} related items can be written with one item`, "LIMIT_EXCEEDED");
}

/** The step without its checks, which run last. */
function located(context: GraphContext, step: WriteStep, path: string | undefined): WriteStep {
  const isCheck = (tree: WriteStep["trees"][number]): boolean => tree.kind === "guard" && tree.label === "check";
  const checks = step.trees.filter(isCheck);
  const own: WriteStep = path === undefined || path === "" ? step : { ...step, path };
  if (checks.length === 0) return own;
  const { makes: _, references: __, ...rest } = own;
  context.checks.push({ ...rest, trees: checks });
  return { ...own, trees: step.trees.filter((tree) => !isCheck(tree)) };
}

async function withRelated(
  ctx: RequestContext,
  collection: Collection,
  row: Row,
  related: readonly RelatedNodes[],
): Promise<Row> {
  const policy = readPolicy(ctx.catalog, ctx.principal, collection);
  const shown: Row = { ...row };
  for (const { name, many, entries } of related) {
    if (!policy || fieldPolicyOf(policy, name) === undefined || (!many && row[name] === null)) continue;
    const rows: Row[] = [];
    for (const entry of entries) rows.push("show" in entry ? await entry.show() : { id: entry.id });
    shown[name] = many ? rows : rows[0]!;
  }
  return shown;
}

function replayWith(own: Json, related: readonly RelatedNodes[]): Json {
  if (related.length === 0) return own;
  const parts = related.map(({ name, many, entries }): [string, Json] => {
    const results = entries.map((entry) => ("replay" in entry ? entry.replay() : { id: entry.id }));
    return [name, many ? results : results[0]!];
  });
  return { ...(own as JsonObject), $with: Object.fromEntries(parts) };
}
