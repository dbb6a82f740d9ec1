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

function expandOne(request: ExpandRequest, shown: ParentRows, expansion: Expansion): Awaitable<void> {
  const { key } = expansion;
  const occurs = new Map<string, number>();
  shown.rows.forEach((row, i) => {
    const id = row[key];
    if (isIdFor(expansion.read.tree.parentFilter!.relation.field, id))
      occurs.set(id, (occurs.get(id) ?? 0) + shown.times[i]!);
  });
  return whenDone(parentsOf(request.ctx, [...occurs.keys()], expansion), (parents) => {
    const related = new Map<string, Row[]>();
    for (const id of parents) related.set(id, []);
    return whenDone(readRelated(request, shown, expansion, { parents, occurs, related }), () => {
      for (const row of shown.rows) attachRelated(row, expansion, related);
    });
  });
}

interface RelatedItems {
  readonly parents: string[];
  /** How often each parent occurs. */
  readonly occurs: ReadonlyMap<string, number>;
  /** Filled here, by parent. */
  readonly related: ReadonlyMap<string, Row[]>;
}

function readRelated(
  request: ExpandRequest,
  shown: ParentRows,
  expansion: Expansion,
  { parents, occurs, related }: RelatedItems,
): Awaitable<void> {
  const { ctx } = request;
  const { read } = expansion;
  const { tree } = read;
  // A to-one relation returns no more items than there are parents.
  const each = tree.parentFilter!.relation.via && "value" in tree.limit ? Number(tree.limit.value) : 1;
  if (parents.length * each > MAX_EMBEDDED) {
    const message = `${expansion.as}: ${parents.length} items with up to ${each} related items each are more than ${MAX_EMBEDDED}; lower the limits`;
    throw new PlinthError("LIMIT_EXCEEDED", message, { field: `${shown.path}.limit` });
  }
  if (parents.length === 0) return;
  const values = [parents, ...read.values.slice(1)];
  requireTime(ctx, shown.path);
  return whenDone(requireListWithinLimit(ctx, tree, values), () => {
    const bindings = bindSlow(ctx, values, maxBytesOf(ctx));
    const { store } = ctx.source(tree.collection);
    const found: Awaitable<RelatedResult> =
      "measures" in tree
        ? store.aggregate(tree, bindings).catch(refuseTooLarge(`${shown.path}.aggregates`))
        : recover(() => store.find(tree, bindings), refuseTooManyBytes(ctx, shown.path));
    return whenDone(found, ({ rows, parents: parentOf }) => {
      rows.forEach((item, i) => {
        related.get(parentOf![i]!)!.push(item);
      });
      const times = parentOf!.map((parent) => occurs.get(parent)!);
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

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** Counts a level's related items. Refuses before the next level is read or the answer is built. */
function goOn(request: ExpandRequest, { rows, times, path }: ParentRows, { as, read }: Expansion): Awaitable<void> {
  request.brought += sum(times);
  if (request.brought > MAX_EMBEDDED) {
    const message = `${as}: the answer would hold more than ${MAX_EMBEDDED} related items; lower the limits`;
    const field = read.tree.parentFilter!.relation.via ? `${path}.limit` : path;
    throw new PlinthError("LIMIT_EXCEEDED", message, { field });
  }
  spendBytes(request.ctx, sum(rows.map((row, i) => bytesOf(row) * times[i]!)), path);
  return expandLevels(request, { rows, times, path: `${path}.expand` }, read.expansions);
}

/** Related items that the caller may not see become null. */
function attachRelated(row: Row, expansion: Expansion, related: ReadonlyMap<string, Row[]>): void {
  const id = row[expansion.key];
  // A hidden field is not in the row, and is not added.
  if (id === undefined) return;
  const items = typeof id === "string" ? related.get(id) : undefined;
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
