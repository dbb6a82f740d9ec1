import type { Field } from "@plinth/core";
import type { AlmostTyped, Inferred, RowError, Spelling } from "@plinth/formats";
import type { Call, ExitCode } from "./command.ts";
import { count, rowsOf } from "./progress.ts";
import type { SourceFile } from "./source-file.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import type { UploadResult } from "./upload.ts";

const SHOWN_ERRORS = 20;

/** The fields that were made of a file, and from which names. */
export function describeFields({ fields, rows }: Inferred): string {
  const lines = fields.map(({ source, field, values, mixed, almost, spelling }) => [
    source,
    field.name,
    field.to ? `${field.type} to ${field.to}` : field.type,
    [
      field.unique ? "unique" : "",
      values < rows ? `${count(rows - values)} without` : "",
      almost ? hintOf(almost) : spelling ? spellingHint(spelling) : mixed ? "mixed types, kept as text" : "",
    ]
      .filter(Boolean)
      .join(", "),
  ]);
  return table(["in the file", "field", "type", ""], lines);
}

function spellingHint({ kind, readings }: Spelling): string {
  if (kind === "day") return "kept as text; if these are days, say how they are written with --dates";
  const options = readings.map((one) => (one === "comma" ? "--decimal-comma" : "--thousands-comma"));
  return `kept as text; if these are numbers, ${options.join(" or ")} reads them`;
}

/** `98 % integer, 8,255 × NA (first in line 840); --null NA makes it integer` */
function hintOf({ type, share, others }: AlmostTyped): string {
  const percent = Math.min(99, Math.floor(share * 100));
  const texts = others.map(({ text, count: n }) => `${count(n)} × ${text === "" ? '""' : text}`).join(", ");
  const advice = others.map(({ text }) => text).join(",");
  return `${percent} % ${type}, ${texts} (first in line ${count(others[0]!.line)}); --null ${quoted(advice)} makes it ${type}`;
}

function quoted(text: string): string {
  return /^[\w,./-]+$/.test(text) ? text : JSON.stringify(text);
}

interface Imported {
  slug: string;
  file: SourceFile;
  map: Record<string, string | null>;
  uploaded: UploadResult;
  seconds: number;
  dryRun: boolean;
  /** Of a collection that is not made yet. */
  fields?: readonly Field[] | undefined;
}

export async function reportImport(call: Call, imported: Imported): Promise<ExitCode> {
  const { uploaded } = imported;
  if (!call.values.json) describeProblems(call.terminal, imported);
  await call.show(asJson(imported), `${summary(imported)}\n`);
  return uploaded.failed > 0 || uploaded.stopped ? 1 : 0;
}

function asJson({ slug, file, map, uploaded, seconds, dryRun, fields }: Imported) {
  const { total, inserted, failed, errors, ...rest } = uploaded;
  const rate = Math.round(total / seconds);
  return {
    collection: slug,
    ...(fields && { fields }),
    format: file.format,
    total,
    inserted,
    failed,
    errors,
    ...rest,
    map,
    dry_run: dryRun,
    seconds,
    rows_per_second: rate,
  };
}

/** Rows with the same error, in the order of their first ones: one line for each. */
function alike(errors: readonly RowError[]): [RowError, ...RowError[]][] {
  // What came differs in each row; what was expected does not.
  const kindOf = (message: string): string => message.replace(/, got [^;]*/, "");
  const groups = Map.groupBy(errors, ({ error }) => `${error.code} ${kindOf(error.message)}`);
  return [...groups.values()] as [RowError, ...RowError[]][];
}

function describeProblems(terminal: Terminal, { uploaded }: Imported): void {
  const withMeant = (name: string): string => {
    const near = uploaded.did_you_mean?.[name];
    return near === undefined ? name : `${name} (did you mean ${near}?)`;
  };
  const { errors, failed, ignored_fields: ignored, skipped_fields: skipped, stopped } = uploaded;
  if (ignored) terminal.err(`Skipped, because the server sets them: ${ignored.join(", ")}.\n`);
  if (skipped) terminal.err(`Passed over, because they are no fields: ${skipped.map(withMeant).join(", ")}.\n`);
  if (failed > 0) {
    const groups = alike(errors).slice(0, SHOWN_ERRORS);
    const lines = groups.map(([{ row, line, error }, ...rest]) => [
      String(row),
      String(line),
      error.code,
      `${error.message}${alsoIn(rest)}`,
    ]);
    terminal.err(`\n${table(["row", "line", "code", "reason"], lines)}`);
    const more = failed - groups.reduce((sum, group) => sum + group.length, 0);
    if (more > 0) terminal.err(`… and ${count(more)} more; --json lists the first ${count(1000)}.\n`);
    terminal.err("\n");
    if (errors.some(({ error }) => error.code === "UNKNOWN_FIELD"))
      terminal.err("--skip-unknown passes over names that are no fields.\n");
  }
  if (stopped) describeStop(terminal, stopped, uploaded);
}

/** The rows with the same error. */
function alsoIn(rest: readonly RowError[]): string {
  if (rest.length === 0) return "";
  return rest.length === 1
    ? ` (and row ${rest[0]!.row})`
    : ` (and ${count(rest.length)} more rows, such as ${rest[0]!.row})`;
}

/** Advises only what is certain. */
function describeStop(
  terminal: Terminal,
  { row, error, unknown }: NonNullable<UploadResult["stopped"]>,
  { inserted }: UploadResult,
): void {
  terminal.err(`Stopped${row === undefined ? "" : ` before row ${count(row)}`}: ${error.message}\n`);
  if (unknown) {
    const which = row === undefined ? "the rows that were sent last" : `rows from ${count(row)} on`;
    terminal.err(`Whether ${which} were added is not known. Run the same command again: it adds each row once.\n`);
  } else if (row !== undefined && inserted > 0) {
    terminal.err(`The rows before it were added; the same command or --from-row ${row} continues from there.\n`);
  }
}

function summary({ slug, uploaded, seconds, dryRun }: Imported): string {
  const { total, inserted, failed } = uploaded;
  const rate = `${seconds.toFixed(1)} s, ${count(Math.round(total / seconds))} rows/s`;
  const earlier = uploaded.earlier_rows ?? 0;
  const refused = failed > 0 ? `, ${count(failed)} refused` : "";
  if (dryRun) {
    return `${rowsOf(total)} checked: ${count(total - failed)} would go into ${slug}${refused}; nothing was changed (${rate}). Unique values and references are only checked when they are written.`;
  }
  if (earlier > 0 && earlier === total) {
    return `This file was imported into ${slug} before (${rowsOf(inserted)} added${refused}), so nothing was added now. To add its rows again, use --run with a name, such as --run 2.`;
  }
  const before = earlier > 0 ? `, ${rowsOf(earlier)} of the file by an earlier run` : "";
  const updated = uploaded.updated ? `, ${count(uploaded.updated)} updated` : "";
  const ignored = uploaded.ignored ? `, ${count(uploaded.ignored)} already there` : "";
  const isWritten = uploaded.request_id !== undefined && inserted + (uploaded.updated ?? 0) > 0;
  const undo = !isWritten ? "" : `\nTo take this back: plinth undo ${uploaded.request_id}`;
  return `${rowsOf(inserted)} added to ${slug}${updated}${ignored}${refused}${before} (${rate}).${undo}`;
}
