import { type Collection, invalid, type Json, type JsonObject, maskOf, type Row } from "@plinth/core";
import { readAccess } from "../access/read-access.ts";
import { requireRightToGive } from "../access/write-input.ts";
import { rowOutcome } from "../kernel/claim.ts";
import type { Scope } from "../kernel/engine.ts";
import { changePart, prepareChange, type Target } from "./change.ts";
import { createPart, prepareCreate, showNew } from "./create.ts";
import { type ListEntry, type ListOrders, listOf, listOrders, splitBody } from "./graph-input.ts";
import { joinPart, type List, linkPart, type Place, partPart, unlinkPart } from "./links.ts";
import type { Operation, Part } from "./plan.ts";

export { hasGraph } from "./graph-input.ts";

const MAX_DEPTH = 6;
const MAX_WRITTEN = 500;

/** What the parts of one request's graphs share. */
export interface GraphContext {
  readonly scope: Scope;
  readonly operation: number | undefined;
  written: number;
  /** A rule may reach through what the graph links, so its checks come when all is linked. */
  readonly checks: Part[];
}

export function graphContext(scope: Scope, operation?: number, written = 0): GraphContext {
  return { scope, operation, written, checks: [] };
}

/** An item of a graph: what writes it and all below it, in order, and how it is shown. */
interface Node {
  readonly id: string;
  readonly row: Row;
  readonly given: readonly string[];
  readonly parts: readonly Part[];
  show(): Promise<Row>;
  outcome(): Json;
}

/** Related items that an answer shows in the place of their relation. */
interface Related {
  readonly name: string;
  readonly many: boolean;
  readonly entries: readonly (Node | { readonly id: string })[];
}

/** A new item with related ones, as an operation of its own. */
export function createGraph(
  context: GraphContext,
  collection: Collection,
  body: Json,
  path: string,
): Operation & Pick<Node, "row" | "given"> {
  const node = createNode(context, collection, body, path, 0, {});
  const parts = [...node.parts, ...context.checks];
  return { parts, row: node.row, given: node.given, answer: () => node.show(), outcome: node.outcome };
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
  const { scope, operation } = context;
  // Before anything that goes along with it is looked at.
  requireRightToGive(scope.catalog, scope.principal, collection, "create", body, Object.keys(fixed));
  const { own, ones, lists } = splitBody(collection, body, path);
  for (const name of Object.keys(fixed)) {
    if (Object.hasOwn(own, name) || ones.has(name))
      throw invalid(joined(path, name), "is set by the list that contains the item");
  }
  const before = createOnes(context, collection, ones, own, path, depth);
  const prepared = prepareCreate(scope, collection, { ...own, ...fixed }, path, [...lists.keys()]);
  const id = prepared.row.id as string;
  const part = placed(context, createPart(scope, collection, [prepared], operation), path);
  const after = writeLists(context, collection, lists, id, path, depth, true);
  const related = [...before.related, ...after.related];
  return {
    id,
    row: prepared.row,
    given: prepared.given,
    parts: [...before.parts, part, ...after.parts],
    async show() {
      // Asked afterwards: what is linked may decide what the caller sees.
      const row = await showNew(scope, collection, prepared.row);
      return withRelated(scope, collection, row, related);
    },
    outcome: () => outcomeWith(rowOutcome(collection.slug, id), related),
  };
}

/** A change of an item and of what is related to it. */
export function changeGraph(
  context: GraphContext,
  target: Target,
  body: Json,
  mode: "partial" | "replace",
  path: string,
): Operation {
  const { scope } = context;
  const { collection } = target;
  spend(context, path, 0);
  requireRightToGive(scope.catalog, scope.principal, collection, "update", body);
  const { own, ones, lists } = splitBody(collection, body, path);
  const before = createOnes(context, collection, ones, own, path, 0);
  const change = prepareChange(scope, collection, own, mode, path);
  const changed = changePart(
    scope,
    { ...target, guarded: true },
    { ...change, given: [...change.given, ...lists.keys()] },
  );
  const id = target.id.toLowerCase();
  const after = writeLists(context, collection, lists, id, path, 0, false);
  const related = [...before.related, ...after.related];
  return {
    parts: [...before.parts, placed(context, changed, undefined), ...after.parts, ...context.checks],
    async answer(results) {
      const row = await changed.answer(results[before.parts.length]!);
      return withRelated(scope, collection, row, related);
    },
    outcome: () => outcomeWith(rowOutcome(collection.slug, id), related),
  };
}

/** Items that the new one points to are made before it. */
function createOnes(
  context: GraphContext,
  collection: Collection,
  ones: ReadonlyMap<string, JsonObject>,
  own: JsonObject,
  path: string,
  depth: number,
): { parts: Part[]; related: Related[] } {
  const parts: Part[] = [];
  const related: Related[] = [];
  for (const [name, body] of ones) {
    const target = context.scope.catalog.collections.get(collection.byName.get(name)!.to!)!;
    const node = createNode(context, target, body, joined(path, name), depth + 1, {});
    own[name] = node.id;
    parts.push(...node.parts);
    related.push({ name, many: false, entries: [node] });
  }
  return { parts, related };
}

function writeLists(
  context: GraphContext,
  collection: Collection,
  lists: ReadonlyMap<string, Json>,
  owner: string,
  path: string,
  depth: number,
  isNew: boolean,
): { parts: Part[]; related: Related[] } {
  const parts: Part[] = [];
  const related: Related[] = [];
  for (const [name, value] of lists) {
    const at = joined(path, name);
    const list = listOf(context.scope, collection.byName.get(name)!, at);
    const written = writeList(context, list, listOrders(list, value, at, isNew), { owner, path: at, depth, isNew });
    parts.push(...written.parts);
    related.push({ name, many: true, entries: written.entries });
  }
  return { parts, related };
}

interface Owned {
  readonly owner: string;
  readonly path: string;
  readonly depth: number;
  readonly isNew: boolean;
}

function writeList(context: GraphContext, list: List, orders: ListOrders, { owner, path, depth, isNew }: Owned) {
  const { scope, operation } = context;
  const parts: Part[] = [];
  const entries: (Node | { id: string })[] = [];
  const place = (key: string): Place => ({ path: `${path}.${key}`, operation });
  const add = (part: Part): void => void parts.push(placed(context, part, undefined));
  const cut = list.junction ? partPart : unlinkPart;
  const link = (entry: ListEntry, key: string, fresh: boolean): void => {
    const at = place(key);
    if (list.junction) add(joinPart(scope, list, owner, entry.id, entry.junction, { ...at, fresh }));
    else if (!fresh) add(linkPart(scope, list, owner, entry.id, at));
  };
  if (orders.set && !isNew) add(cut(scope, list, owner, { keep: orders.set.map(({ id }) => id) }, place("set")));
  orders.unlink.forEach((id, i) => {
    spend(context, path, depth);
    add(cut(scope, list, owner, { id }, place(`unlink.${i}`)));
  });
  orders.create.forEach(({ body, junction, path: at }) => {
    const fixed = list.junction ? {} : { [list.via.name]: owner };
    const node = createNode(context, list.target, body, at, depth + 1, fixed);
    parts.push(...node.parts);
    if (list.junction) add(joinPart(scope, list, owner, node.id, junction, { path: at, operation, fresh: true }));
    entries.push(node);
  });
  for (const key of ["link", "set"] as const) {
    (orders[key] ?? []).forEach((entry, i) => {
      spend(context, path, depth);
      link(entry, `${key}.${i}`, false);
      entries.push({ id: entry.id });
    });
  }
  return { parts, entries };
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

/** The part without its checks, which go to the end. */
function placed(context: GraphContext, part: Part, path: string | undefined): Part {
  const isCheck = (tree: Part["trees"][number]): boolean => tree.kind === "guard" && tree.label === "check";
  const checks = part.trees.filter(isCheck);
  const own: Part = path === undefined || path === "" ? part : { ...part, path };
  if (checks.length === 0) return own;
  const { makes: _, ...rest } = own;
  context.checks.push({ ...rest, trees: checks });
  return { ...own, trees: part.trees.filter((tree) => !isCheck(tree)) };
}

async function withRelated(scope: Scope, collection: Collection, row: Row, related: readonly Related[]): Promise<Row> {
  const access = readAccess(scope.catalog, scope.principal, collection);
  const shown: Row = { ...row };
  for (const { name, many, entries } of related) {
    if (!access || maskOf(access, name) === undefined || (!many && row[name] === null)) continue;
    const rows: Row[] = [];
    for (const entry of entries) rows.push("show" in entry ? await entry.show() : { id: entry.id });
    shown[name] = many ? rows : rows[0]!;
  }
  return shown;
}

function outcomeWith(own: Json, related: readonly Related[]): Json {
  if (related.length === 0) return own;
  const parts = related.map(({ name, many, entries }): [string, Json] => {
    const outcomes = entries.map((entry) => ("outcome" in entry ? entry.outcome() : { id: entry.id }));
    return [name, many ? outcomes : outcomes[0]!];
  });
  return { ...(own as JsonObject), $with: Object.fromEntries(parts) };
}
