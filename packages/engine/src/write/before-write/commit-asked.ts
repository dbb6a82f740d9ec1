import {
  type Collection,
  type DataError,
  type Mutation,
  type MutationResult,
  PlinthError,
  type Row,
} from "@plinth/core";
import { isHooked } from "../../kernel/before-write.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { hasIdAmong, hasVersion } from "../../read/conditions.ts";
import type { WriteStep } from "../write-step.ts";
import { askHooks } from "./ask.ts";
import { planEach, planHookedChange, type TreePlace } from "./plan.ts";
import { planInsert, planUpsert } from "./plan-insert.ts";
import { CHANGED, MAX_ASKED, type PlannedTrees, type StoredRows } from "./planned-trees.ts";

/** After so many times that somebody else has changed the items meanwhile, the write is refused. */
const ATTEMPTS = 3;

/** The batch did not happen: what the hooks were asked about has changed since. */
class ChangedSince extends Error {}

/** Whether any hook is asked about these. Without hooks in the workspace it costs one look. */
export function isAsked({ catalog }: RequestContext, steps: readonly WriteStep[]): boolean {
  if (catalog.writeHooks.size === 0) return false;
  return steps.some(({ trees }) =>
    trees.some((tree) => eventsOf(tree).some(([one, event]) => isHooked(catalog, one, event))),
  );
}

type HookedEvent = Parameters<typeof isHooked>[2];

function eventsOf(tree: Mutation): (readonly [Collection, HookedEvent])[] {
  if (tree.kind === "find" || tree.kind === "guard") return [];
  const { collection } = tree;
  if (tree.kind === "delete") return [[collection, "delete"]];
  if (tree.kind !== "insert") return [[collection, "update"]];
  return tree.on_conflict
    ? [
        [collection, "create"],
        [collection, "update"],
      ]
    : [[collection, "create"]];
}

/**
 * Asks the hooks, and commits what they leave. What they were asked about is the same at the commit: the batch begins with guards of the versions that
 * they saw, and they are asked again where one has changed.
 */
export async function commitAsked(
  ctx: RequestContext,
  steps: readonly WriteStep[],
  commit: (steps: readonly WriteStep[]) => Promise<MutationResult[][]>,
): Promise<MutationResult[][]> {
  const asGiven = rememberRows(steps);
  for (let attempt = 1; ; attempt++) {
    const planned = await planSteps(ctx, steps);
    await askHooks(ctx, itemsOf(planned));
    const rewritten = planned.map((step) => rewrite(step));
    for (const { recheck } of steps) recheck?.();
    try {
      const [, ...results] = await commit([mustBeSame(planned), ...rewritten.map(({ step }) => step)]);
      return results.map((own, i) => rewritten[i]!.resultsIn(own));
    } catch (error) {
      if (!(error instanceof ChangedSince)) throw error;
      if (attempt === ATTEMPTS)
        throw new PlinthError(
          "CONFLICT",
          "Others change these items all the time, while a function is asked; try again.",
        );
      asGiven();
    }
  }
}

/** Hooks set values in the rows of inserts. The function that is returned takes them back. */
function rememberRows(steps: readonly WriteStep[]): () => void {
  const rows = steps.flatMap(({ trees }) => trees.flatMap((tree) => (tree.kind === "insert" ? tree.rows : [])));
  const before = rows.map((row) => ({ ...row }));
  return () =>
    rows.forEach((row, i) => {
      for (const name of Object.keys(row)) if (!Object.hasOwn(before[i]!, name)) delete row[name];
      Object.assign(row, before[i]);
    });
}

interface PlannedStep {
  readonly step: WriteStep;
  /** One for each tree; undefined: no hook is asked about it. */
  readonly trees: readonly (PlannedTrees | undefined)[];
}

async function planSteps(ctx: RequestContext, steps: readonly WriteStep[]): Promise<PlannedStep[]> {
  const made = new Map<string, Row[]>();
  const planned: PlannedStep[] = [];
  let count = 0;
  for (const step of steps) {
    const trees: PlannedStep["trees"][number][] = [];
    for (const tree of step.trees) {
      const plan = await planTree(ctx, tree, made, placeOf(step));
      trees.push(plan);
      if (tree.kind === "insert") made.set(tree.collection.id, [...(made.get(tree.collection.id) ?? []), ...tree.rows]);
      count += plan?.items.length ?? 0;
      if (count > MAX_ASKED) throw tooMany();
    }
    planned.push({ step, trees });
  }
  return planned;
}

function placeOf({ operation, path = "", pathOf }: WriteStep): TreePlace {
  return { operation, pathOf: (row) => pathOf?.(row) ?? path };
}

function tooMany(): PlinthError {
  const message = `A function is asked before these items are written: at most ${MAX_ASKED} of them in one request.`;
  return new PlinthError("LIMIT_EXCEEDED", message, { limit: MAX_ASKED });
}

async function planTree(
  ctx: RequestContext,
  tree: Mutation,
  made: ReadonlyMap<string, Row[]>,
  place: TreePlace,
): Promise<PlannedTrees | undefined> {
  if (!eventsOf(tree).some(([collection, event]) => isHooked(ctx.catalog, collection, event))) return undefined;
  if (tree.kind === "find" || tree.kind === "guard") return undefined;
  const earlier = made.get(tree.collection.id) ?? [];
  if (tree.kind === "update_each") return planEach(ctx, tree, place);
  if (tree.kind !== "insert") return planHookedChange(ctx, tree, earlier, place);
  const { on_conflict } = tree;
  return on_conflict ? planUpsert(ctx, { ...tree, on_conflict }, earlier, place) : planInsert(tree, place);
}

function itemsOf(planned: readonly PlannedStep[]) {
  return planned.flatMap(({ trees }) => trees.flatMap((tree) => tree?.items ?? []));
}

/** Of an error without a statement the first step is taken as its place. */
const explainChanged = (error: DataError): Error => (error.kind === "guard" ? new ChangedSince() : error);

/** The first step of the batch. */
function mustBeSame(planned: readonly PlannedStep[]): WriteStep {
  const trees = planned.flatMap((step) => step.trees.flatMap((tree) => tree ?? []));
  const read = trees.flatMap((tree) => tree.read);
  return { trees: [...trees.flatMap((tree) => tree.absent), ...read.flatMap(sameVersions)], explain: explainChanged };
}

/** A guard for each version. Items without versions may change in between. */
function sameVersions({ collection, rows }: StoredRows): Mutation[] {
  if (!collection.byName.has("version")) return [];
  const byVersion = Map.groupBy(new Map(rows.map((row) => [row.id, row])).values(), (row) => row.version as number);
  return [...byVersion].map(([version, own]): Mutation => {
    const ids = own.map((row) => row.id as string);
    const where = { kind: "and" as const, of: [hasIdAmong(collection, ids), hasVersion(collection, [version])] };
    return { kind: "guard", label: CHANGED, collection, where, expect: [{ op: "eq", count: ids.length }], locks: true };
  });
}

interface RewrittenStep {
  readonly step: WriteStep;
  /** The results as the step's own trees would have had them. */
  resultsIn(results: readonly MutationResult[]): MutationResult[];
}

function rewrite({ step, trees }: PlannedStep): RewrittenStep {
  const parts = step.trees.map((tree, i) => trees[i]?.rewrite() ?? { guards: [], trees: [tree] });
  return {
    step: {
      ...step,
      trees: parts.flatMap((part) => [...part.guards, ...part.trees]),
      explain: (error, reason, failed) =>
        reason === CHANGED ? explainChanged(error) : step.explain(error, reason, failed),
    },
    resultsIn(results) {
      let from = 0;
      return parts.map(({ guards, trees: own }) => {
        const first = from + guards.length;
        from = first + own.length;
        return together(results.slice(first, from));
      });
    },
  };
}

function together(results: readonly MutationResult[]): MutationResult {
  if (results.length === 1) return results[0]!;
  const changes = results.reduce((sum, result) => sum + result.changes, 0);
  return { rows: results.flatMap(({ rows }) => rows), changes };
}
