import {
  type Awaitable,
  type Expansion,
  type Field,
  inTurn,
  isUuid,
  type Json,
  lookup,
  OWNER,
  PlinthError,
  type Row,
  recover,
  whenDone,
} from "@plinth/core";
import { bind, bindSlow } from "../kernel/bindings.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { refuseTooManyBytes, requireTime, spendBytes } from "../kernel/request-budget.ts";
import { bytesOf, maxBytesOf } from "./answer-bytes.ts";
import { requireListWithinLimit } from "./query-cost-limit.ts";
import { refuseTooLarge } from "./too-large.ts";

/** Maximum number of related items in one answer. An item that occurs several times counts each time. */
const MAX_EMBEDDED = 100_000;

/** Adds related items, or their aggregates, to rows: one statement for each expansion, for any number of rows. */
export function expandRelated(
  ctx: RequestContext,
  rows: readonly Row[],
  expansions: readonly Expansion[],
): Awaitable<void> {
  return expandLevels({ ctx, brought: 0 }, { rows, times: rows.map(() => 1), path: "expand" }, expansions);
}

interface ExpandRequest {
  readonly ctx: RequestContext;
  brought: number;
}

/** A row object may occur several times in the answer, and is serialized each time. */
interface ParentRows {
  readonly rows: readonly Row[];
  /** How often each row occurs. */
  readonly times: readonly number[];
  readonly path: string;
}

function expandLevels(request: ExpandRequest, shown: ParentRows, expansions: readonly Expansion[]): Awaitable<void> {
  if (expansions.length === 0) return;
  const expand = (expansion: Expansion) =>
    expandOne(request, { ...shown, path: `${shown.path}.${expansion.as}` }, expansion);
  return whenDone(inTurn(expansions, expand), () => {
    for (const { key, hidden } of expansions) if (hidden) for (const row of shown.rows) delete row[key];
  });
}

/** An item to which related ones belong. */
interface Parent {
  /** How often it occurs. */
  times: number;
  /** Undefined: the caller may not read its list. */
  items: Row[] | undefined;
}

function expandOne(request: ExpandRequest, shown: ParentRows, expansion: Expansion): Awaitable<void> {
  const { rows, times } = shown;
  const { key, read, shownOn } = expansion;
  const { field } = read.tree.parentFilter!.relation;
  const byId = new Map<string, Parent>();
  const byRow = rows.map((row, i) => {
    const id = row[key];
    if (!isIdFor(field, id)) return undefined;
    let parent = byId.get(id);
    if (parent) parent.times += times[i]!;
    else {
      parent = { times: times[i]!, items: shownOn ? undefined : [] };
      byId.set(id, parent);
    }
    return parent;
  });
  return whenDone(parentsOf(request.ctx, [...byId.keys()], expansion), (ids) => {
    if (shownOn) for (const id of ids) byId.get(id)!.items = [];
    return whenDone(readRelated(request, shown, expansion, ids, byId), () => {
      for (let i = 0; i < rows.length; i++) attachRelated(rows[i]!, expansion, byRow[i]?.items);
    });
  });
}

/** Adds the related items of the parents with these ids. */
function readRelated(
  request: ExpandRequest,
  shown: ParentRows,
  expansion: Expansion,
  ids: string[],
  byId: ReadonlyMap<string, Parent>,
): Awaitable<void> {
  const { ctx } = request;
  const { read } = expansion;
  const { tree } = read;
  // A to-one relation returns no more items than there are parents.
  const each = tree.parentFilter!.relation.via && "value" in tree.limit ? Number(tree.limit.value) : 1;
  if (ids.length * each > MAX_EMBEDDED) {
    const message = `${expansion.as}: ${ids.length} items with up to ${each} related items each are more than ${MAX_EMBEDDED}; lower the limits`;
    throw new PlinthError("LIMIT_EXCEEDED", message, { field: `${shown.path}.limit` });
  }
  if (ids.length === 0) return;
  const values = [ids, ...read.values.slice(1)];
  requireTime(ctx, shown.path);
  return whenDone(requireListWithinLimit(ctx, tree, values), () => {
    const bindings = bindSlow(ctx, values, maxBytesOf(ctx));
    const { store } = ctx.source(tree.collection);
    const found: Awaitable<RelatedResult> =
      "measures" in tree
        ? store.aggregate(tree, bindings).catch(refuseTooLarge(`${shown.path}.aggregates`))
        : recover(() => store.find(tree, bindings), refuseTooManyBytes(ctx, shown.path));
    return whenDone(found, ({ rows, parents }) => {
      const times = rows.map((item, i) => {
        const parent = byId.get(parents![i]!)!;
        parent.items!.push(item);
        return parent.times;
      });
      return goOn(request, { ...shown, rows, times }, expansion);
    });
  });
}

interface RelatedResult {
  readonly rows: Row[];
  readonly parents?: string[];
}

/** An owner is a text that need not be an id. */
function isIdFor(field: Field, id: unknown): id is string {
  return field === OWNER ? isUuid(id) : typeof id === "string";
}

/** Counts a level's related items. Refuses before the next level is read or the answer is built. */
function goOn(request: ExpandRequest, { rows, times, path }: ParentRows, { as, read }: Expansion): Awaitable<void> {
  let bytes = 0;
  for (let i = 0; i < rows.length; i++) {
    request.brought += times[i]!;
    bytes += bytesOf(rows[i]) * times[i]!;
  }
  if (request.brought > MAX_EMBEDDED) {
    const message = `${as}: the answer would hold more than ${MAX_EMBEDDED} related items; lower the limits`;
    const field = read.tree.parentFilter!.relation.via ? `${path}.limit` : path;
    throw new PlinthError("LIMIT_EXCEEDED", message, { field });
  }
  spendBytes(request.ctx, bytes, path);
  return expandLevels(request, { rows, times, path: `${path}.expand` }, read.expansions);
}

/** Related items that the caller may not see become null. */
function attachRelated(row: Row, expansion: Expansion, items: Row[] | undefined): void {
  // A hidden field is not in the row, and is not added.
  if (row[expansion.key] === undefined) return;
  const value = expansion.shape === "list" ? (items ?? null) : (items?.[0] ?? (items && expansion.nothing) ?? null);
  if (!expansion.spread) row[expansion.as] = value as Json;
  else for (const name of expansion.spread) row[name] = spreadOf(value as Row | Row[] | null, name);
}

function spreadOf(value: Row | Row[] | null, name: string): Json {
  const of = (item: Row): Json => lookup(item, name) ?? null;
  return Array.isArray(value) ? value.map(of) : value && of(value);
}

/** The items whose list the caller may read. The others show null. */
function parentsOf(ctx: RequestContext, ids: string[], { shownOn }: Expansion): Awaitable<string[]> {
  if (!shownOn || ids.length === 0) return ids;
  const shown = ctx.source(shownOn.collection).store.find(shownOn, bind(ctx, [ids, ids.length]));
  return whenDone(shown, ({ rows }) => rows.map((row) => row.id as string));
}
