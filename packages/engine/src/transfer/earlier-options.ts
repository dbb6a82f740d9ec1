import { excerpt, PlinthError, plural } from "@plinth/core";
import type { ImportOptions } from "./import.ts";
import type { ReportSnapshot } from "./report.ts";

/**
 * An idempotency key identifies a file, whatever the options. With other options the same rows would be read otherwise
 * and added once more, so the key is refused, unless nothing was written under it yet.
 */

/** What decides what becomes of the rows, beside the format, which is part of the file's digest; by the names that callers use. */
export type NamedOptions = { readonly [name: string]: unknown };

/** What is stored with a key; `options` is missing where a former version of the server stored it. */
export type EarlierImport = Partial<Pick<ReportSnapshot, "inserted" | "updated" | "written">> & {
  readonly options?: NamedOptions;
};

export function namedOptions(options: ImportOptions): NamedOptions {
  const { dryRun = false, map = {}, convert = false, skipUnknown = false, readings = {}, mode, upsert } = options;
  return {
    dry_run: dryRun,
    convert,
    unknown: skipUnknown ? "skip" : "refuse",
    ...(Object.keys(map).length > 0 && { map: Object.fromEntries(Object.entries(map).sort()) }),
    ...(readings.nulls && { null: readings.nulls.join(",") }),
    ...(readings.dates !== undefined && { dates: readings.dates }),
    ...(readings.decimal !== undefined && readings.decimal !== "point" && { decimal: readings.decimal }),
    ...(mode === "update" && { mode }),
    ...(upsert && { on_conflict: upsert.on_conflict, resolution: upsert.resolution ?? "merge" }),
  };
}

/**
 * Whether the earlier import, which is over, leaves its key to one with these options: it had others and wrote nothing.
 * @throws CONFLICT if it had others and wrote rows.
 */
export function isReplacedBy(now: NamedOptions, earlier: EarlierImport): boolean {
  const isOther = differencesOf(now, earlier).length > 0;
  if (isOther && rowsOf(earlier) > 0) requireSameOptions(now, earlier);
  return isOther;
}

/** @throws CONFLICT if the earlier import, which wrote rows, had other options. */
export function requireSameOptions(now: NamedOptions, earlier: EarlierImport): void {
  const differences = differencesOf(now, earlier);
  if (differences.length === 0) return;
  const rows = rowsOf(earlier);
  const stored = `${rows} ${plural(rows, "row was", "rows were")} stored`;
  throw new PlinthError(
    "CONFLICT",
    `idempotency-key: this file was imported with this key before, with other options (${differences.join("; ")}), and ${stored}. Send the options of then to continue, a new key to add all of its rows again, or on_conflict to update the stored ones.`,
    { field: "idempotency-key", differences },
  );
}

function rowsOf({ options, inserted = 0, updated = 0, written = 0 }: EarlierImport): number {
  return options?.dry_run ? 0 : inserted + updated + written;
}

/** `null was nothing, now "NA"` */
function differencesOf(now: NamedOptions, { options: before }: EarlierImport): string[] {
  if (!before) return [];
  const show = (value: unknown): string => (value === undefined ? "nothing" : excerpt(JSON.stringify(value)));
  return [...new Set([...Object.keys(before), ...Object.keys(now)])]
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(now[name]))
    .map((name) => `${name} was ${show(before[name])}, now ${show(now[name])}`);
}
