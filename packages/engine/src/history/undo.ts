import { invalid, PlinthError } from "@plinth/core";
import type { RequestContext } from "../kernel/engine.ts";
import { versionOfItem } from "./item-version.ts";
import { changesOfRequests, type UndoPass, type UndoTarget } from "./request-changes.ts";
import type { UndoInput } from "./undo-input.ts";
import type { UndoConflict, UndoCounts, UndoResult } from "./undo-plan.ts";
import { UndoProgress } from "./undo-progress.ts";
import { planSlice, type UndoStep } from "./undo-slice.ts";
import { UndoState } from "./undo-state.ts";
import { UndoTally } from "./undo-tally.ts";

/** Conflicts that an answer lists. */
const MAX_LISTED = 100;
/** How often a slice is decided again, when others write to its items meanwhile. */
const ATTEMPTS = 4;

export type OnUndoProgress = (progress: UndoCounts & { readonly total: number }) => void;

/**
 * Takes back what requests have changed, or brings one item back to a version. What fits into one batch is done as a whole or not
 * at all. More is done in slices, newest changes first: each is atomic, and the same undo goes on where another one
 * ended, since what has been undone already is left alone. The undo is a request in the log like any other.
 */
export async function undo(ctx: RequestContext, input: UndoInput, onProgress?: OnUndoProgress): Promise<UndoResult> {
  const target = await targetOf(ctx, input);
  const skip = input.on_conflict === "skip";
  for (let attempt = 1; ; attempt++) {
    const plan = await planAll(ctx, target, skip);
    if (input.dry_run) return resultOf(ctx, target, plan, true);
    if (plan.conflicts.length > 0 && !skip) throw refusal(plan.conflicts, "Nothing was written");
    if (!plan.only) return writeSlices(ctx, target, plan, { skip, onProgress });
    const progress = new UndoProgress(ctx, target);
    try {
      if (plan.only.length > 0) await progress.write(plan.only);
      return progress.end(resultOf(ctx, target, plan, false, progress.tally));
    } catch (error) {
      if (attempt >= ATTEMPTS || !mayFollowFromOthers(error)) throw error;
    }
  }
}

function targetOf(ctx: RequestContext, input: UndoInput): Promise<UndoTarget> {
  const { request_id, requests, item, to, if_version: version } = input;
  const given = [request_id, requests, item].filter((one) => one !== undefined);
  if (given.length !== 1) throw invalid("request_id", "give one of request_id, requests, and item with to");
  if ((item === undefined) !== (to === undefined))
    throw invalid("to", item ? "is required with item" : "only goes with item");
  if (version !== undefined && !item) throw invalid("if_version", "only goes with item");
  if (item) return versionOfItem(ctx, item, { to: to!, version });
  return changesOfRequests(ctx, request_id === undefined ? [...new Set(requests!)] : [request_id]);
}

interface WholePlan {
  readonly tally: UndoTally;
  readonly conflicts: readonly UndoConflict[];
  readonly skipped: ReadonlySet<string>;
  /** All steps, where they are one slice. */
  readonly only: Awaited<ReturnType<typeof planSlice>>["inverses"] | undefined;
}

/** Decides everything before anything is written. */
async function planAll(ctx: RequestContext, target: UndoTarget, skip: boolean): Promise<WholePlan> {
  let skipped: ReadonlySet<string> = new Set<string>();
  for (;;) {
    const tally = new UndoTally(target.hasMore);
    const state = new UndoState(target.hasMore);
    const conflicts = [...target.conflicts];
    const before = skipped;
    let slices = 0;
    let only: WholePlan["only"];
    const pass = target.begin();
    for await (const steps of pass.slices()) {
      const plan = await planSlice(ctx, steps, { state, skipped, all: skip, ahead: pass.ahead });
      tally.add(plan.inverses);
      conflicts.push(...plan.conflicts);
      skipped = plan.skipped;
      only = slices++ === 0 ? plan.inverses : undefined;
    }
    // An item whose newer changes are in an earlier slice has a conflict with an older one: it is left alone as a whole.
    const late = skip && slices > 1 && [...skipped].some((key) => !before.has(key) && target.hasMore(key));
    if (!late) return { tally, conflicts, skipped, only };
  }
}

interface WritingOptions {
  readonly skip: boolean;
  readonly onProgress: OnUndoProgress | undefined;
}

async function writeSlices(
  ctx: RequestContext,
  target: UndoTarget,
  plan: WholePlan,
  { skip, onProgress }: WritingOptions,
): Promise<UndoResult> {
  const progress = new UndoProgress(ctx, target);
  const conflicts = [...plan.conflicts];
  const result = () => resultOf(ctx, target, { ...plan, conflicts }, false, progress.tally);
  const pass = target.begin();
  for await (const steps of pass.slices()) {
    try {
      conflicts.push(...(await writeSlice(ctx, steps, { plan, skip, progress, pass })));
    } catch (error) {
      if (!(error instanceof PlinthError) || error.status >= 500 || !progress.hasWritten) throw error;
      const { code, message } = error;
      return { ...result(), stopped: { code, message } };
    }
    onProgress?.({ ...progress.tally.total, total: target.total });
  }
  return progress.end(result());
}

async function writeSlice(
  ctx: RequestContext,
  given: readonly UndoStep[],
  { plan, skip, progress, pass }: { plan: WholePlan; skip: boolean; progress: UndoProgress; pass: UndoPass },
): Promise<readonly UndoConflict[]> {
  let steps = given;
  for (let attempt = 1; ; attempt++) {
    // The database has what earlier slices made.
    const state = new UndoState(() => true);
    const slice = await planSlice(ctx, steps, { state, skipped: plan.skipped, all: skip, ahead: pass.ahead });
    const { inverses, conflicts } = slice;
    steps = slice.steps;
    if (conflicts.length > 0 && !skip)
      throw refusal(conflicts, progress.hasWritten ? "What was written stays" : "Nothing was written");
    try {
      if (inverses.length > 0) await progress.write(inverses);
      return conflicts;
    } catch (error) {
      if (attempt >= ATTEMPTS || !mayFollowFromOthers(error)) throw error;
    }
  }
}

/** Errors that another decision, with the items as they are then, may avoid or explain. */
function mayFollowFromOthers(error: unknown): boolean {
  const codes = ["PRECONDITION_FAILED", "UNIQUE_VIOLATION", "REFERENCE_NOT_FOUND", "REFERENCE_IN_USE"];
  return error instanceof PlinthError && codes.includes(error.code);
}

function refusal(conflicts: readonly UndoConflict[], done: string): PlinthError {
  const [first] = conflicts;
  const what = first!.fields.length > 0 ? ` (${first!.reason}: ${first!.fields.join(", ")})` : ` (${first!.reason})`;
  const items = conflicts.length === 1 ? "1 item" : `${conflicts.length} items`;
  const message = `${items} cannot be brought back, such as ${first!.item}${what}. ${done}; on_conflict: "skip" leaves these as they are and undoes the rest.`;
  return new PlinthError("CONFLICT", message, { conflicts: listed(conflicts), conflicts_total: conflicts.length });
}

function listed(conflicts: readonly UndoConflict[]): UndoConflict[] {
  return conflicts.slice(0, MAX_LISTED);
}

function resultOf(
  { requestId }: RequestContext,
  target: UndoTarget,
  { tally: planned, conflicts, only }: WholePlan,
  dryRun: boolean,
  tally: UndoTally = planned,
): UndoResult {
  return {
    request_id: dryRun ? null : (requestId ?? null),
    dry_run: dryRun,
    changes: target.total,
    ...tally.total,
    collections: tally.collections,
    skipped: new Set(conflicts.map(({ collection, item }) => `${collection} ${item}`)).size,
    conflicts: listed(conflicts),
    conflicts_total: conflicts.length,
    atomic: only !== undefined,
  };
}
