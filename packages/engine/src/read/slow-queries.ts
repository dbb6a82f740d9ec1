import { type Aggregate, type Collection, excerpt, type Find, isObject, type Json } from "@plinth/core";
import type { Engine, RequestContext } from "../kernel/engine.ts";
import { type IndexRequest, indexRequest } from "../kernel/index-request.ts";
import { LATENCY_STEPS, latencyAt, latencyStep } from "../kernel/latency.ts";
import { Lru } from "../kernel/lru.ts";
import { service } from "../kernel/services.ts";

/** The queries that this process found slow, or that read many items for want of an index. */

/** From here on, a query is remembered. */
export const SLOW_MS = 100;
const MAX_QUERIES = 300;
const MAX_SHOWN = 50;
const MAX_EXAMPLE = 1000;

/** What a request asked for, as far as it says which query this is. */
export interface AskedQuery {
  readonly filter?: Json | undefined;
  /** The sort, as a query string has it; empty for the default. */
  readonly sort?: string;
  readonly group_by?: Json | undefined;
}

/** A query that reads or sorts a large collection. */
export interface LargeScan {
  readonly collection: Collection;
  /** The fields of the index that would help; null: none would. */
  readonly index: string | null;
  readonly what: "reads a whole large collection" | "sorts many items";
}

/** What was found out about a query's plan. */
export interface PlanFinding {
  /** See `missingIndexFields`. */
  readonly missing: readonly string[] | null;
  /** Null: the collection is small, or the plan is good. */
  readonly what: LargeScan["what"] | null;
}

/** Queries of one shape: they differ in their values, and perhaps in their callers. */
export class QueryStatistics {
  count = 0;
  slowest = 0;
  rows = 0;
  lastAt = 0;
  finding: PlanFinding = { missing: null, what: null };
  readonly #steps = new Uint32Array(LATENCY_STEPS);

  constructor(
    readonly workspaceId: string,
    readonly tree: Find | Aggregate,
    readonly asked: AskedQuery,
  ) {}

  add(ms: number, rows: number, now: number): void {
    this.count++;
    this.rows += rows;
    this.lastAt = now;
    if (ms > this.slowest) this.slowest = ms;
    this.#steps[latencyStep(ms)]!++;
  }

  latency(share: number): number {
    return Math.min(latencyAt(this.#steps, share) ?? 0, Math.round(this.slowest * 100) / 100);
  }

  /** About how long all of them took, in milliseconds. */
  get cost(): number {
    return this.count * this.latency(0.5);
  }
}

const known = service("slow queries", (_: Engine) => new Lru<string, QueryStatistics>(MAX_QUERIES));

/** The statistics of the query's shape; they start anew when its collection has changed. */
export function statisticsOf(ctx: RequestContext, tree: Find | Aggregate, asked: AskedQuery): QueryStatistics {
  const { workspaceId } = ctx.catalog;
  const { filter, sort, group_by } = asked;
  const shown = {
    filter: filter === undefined ? undefined : shortened(withoutValues(filter)),
    sort,
    group_by: shortened(group_by),
  };
  const key = JSON.stringify([workspaceId, tree.collection.id, "select" in tree, shown]);
  const all = known(ctx.engine);
  const found = all.get(key);
  if (found && isUnchanged(found.tree.collection, tree.collection)) return found;
  const made = new QueryStatistics(workspaceId, tree, shown);
  all.set(key, made);
  return made;
}

function isUnchanged(before: Collection, now: Collection | undefined): boolean {
  return before.id === now?.id && before.version === now.version;
}

/** Those of the workspace since its collections last changed. */
function statisticsIn({ engine, catalog }: Pick<RequestContext, "engine" | "catalog">): QueryStatistics[] {
  return [...known(engine).values()].filter(
    ({ workspaceId, tree: { collection } }) =>
      workspaceId === catalog.workspaceId && isUnchanged(collection, catalog.collections.get(collection.slug)),
  );
}

/** What these queries lack, once for each collection and index. */
export function largeScansOf(ctx: Pick<RequestContext, "engine" | "catalog">): LargeScan[] {
  const scans = new Map<string, LargeScan>();
  for (const { tree, finding } of statisticsIn(ctx)) {
    if (finding.what === null) continue;
    const scan = { collection: tree.collection, index: finding.missing?.join(", ") ?? null, what: finding.what };
    scans.set(JSON.stringify([scan.collection.slug, scan.index, scan.what]), scan);
  }
  return [...scans.values()];
}

/** A slow query, for people. */
export interface SlowQuery {
  collection: string;
  kind: "list" | "aggregate";
  /** With `?` for values; null: everything. */
  filter: Json;
  sort: string | null;
  group_by: Json;
  count: number;
  p50_ms: number;
  p95_ms: number;
  slowest_ms: number;
  /** Rows of an answer, on average. */
  rows: number;
  reads: LargeScan["what"] | null;
  last_at: string;
  suggestion: (IndexRequest & { readonly method: "PATCH"; readonly path: string }) | null;
}

/** The workspace's queries that were slow in this process, those first that took the most time together. */
export function listSlowQueries(ctx: RequestContext): SlowQuery[] {
  const found = statisticsIn(ctx).filter(({ slowest, finding }) => slowest >= SLOW_MS || finding.what !== null);
  return found
    .sort((a, b) => b.cost - a.cost)
    .slice(0, MAX_SHOWN)
    .map(describeQuery);
}

function describeQuery(statistics: QueryStatistics): SlowQuery {
  const { tree, asked, count, slowest, rows, lastAt, finding } = statistics;
  const { slug } = tree.collection;
  const request = finding.missing && indexRequest(tree.collection, finding.missing, [tree.policy.where, tree.where]);
  return {
    collection: slug,
    kind: "select" in tree ? "list" : "aggregate",
    filter: asked.filter ?? null,
    sort: asked.sort || null,
    group_by: asked.group_by ?? null,
    count,
    p50_ms: statistics.latency(0.5),
    p95_ms: statistics.latency(0.95),
    slowest_ms: Math.round(slowest * 100) / 100,
    rows: Math.round((rows / Math.max(1, count)) * 10) / 10,
    reads: finding.what,
    last_at: new Date(lastAt).toISOString(),
    suggestion: request && { ...request, method: "PATCH", path: `/api/collections/${slug}` },
  };
}

function shortened(json: Json | undefined): Json {
  if (json === undefined) return null;
  const text = JSON.stringify(json);
  return text.length <= MAX_EXAMPLE ? json : excerpt(text);
}

/** Operators whose value is again a filter, or a list of filters. */
const NESTING = new Set(["$and", "$or", "$not", "_some", "_none", "_every"]);

/** A filter with `?` in place of each value. */
function withoutValues(filter: Json): Json {
  if (Array.isArray(filter)) return filter.some(isObject) ? filter.map(withoutValues) : "?";
  if (!isObject(filter)) return "?";
  return Object.fromEntries(
    Object.entries(filter).map(([key, value]) => {
      const isField = !/^[_$]/.test(key);
      return [key, isField || NESTING.has(key) ? withoutValues(value) : "?"];
    }),
  );
}
