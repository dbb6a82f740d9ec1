import type { Inferred } from "@plinth/formats";
import { count, rowsOf } from "./progress.ts";
import type { SourceFile } from "./source-file.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import type { UploadResult } from "./upload.ts";

const SHOWN_ERRORS = 20;

/** The fields that were made of a file, and from which names. */
export function describeFields({ fields, rows }: Inferred, width: number): string {
  const lines = fields.map(({ source, field, values, mixed }) => [
    source,
    field.name,
    field.type,
    [values < rows ? `${count(rows - values)} without` : "", mixed ? "mixed types, kept as text" : ""]
      .filter(Boolean)
      .join(", "),
  ]);
  return table(["in the file", "field", "type", ""], lines, width);
}

interface Imported {
  slug: string;
  file: SourceFile;
  map: Record<string, string | null>;
  uploaded: UploadResult;
  seconds: number;
  dryRun: boolean;
  json: boolean;
}

export async function reportImport(terminal: Terminal, imported: Imported): Promise<number> {
  const { uploaded, json } = imported;
  if (!json) describeProblems(terminal, imported);
  await terminal.out(json ? `${JSON.stringify(asJson(imported))}\n` : `${summary(imported)}\n`);
  return uploaded.failed > 0 || uploaded.stopped ? 1 : 0;
}

function asJson({ slug, file, map, uploaded, seconds, dryRun }: Imported) {
  const { total, inserted, failed, errors, ...rest } = uploaded;
  const rate = Math.round(total / seconds);
  return {
    collection: slug,
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

function describeProblems(terminal: Terminal, { uploaded }: Imported): void {
  const { errors, failed, ignored_fields: ignored, stopped } = uploaded;
  if (ignored) terminal.err(`Skipped, because the server sets them: ${ignored.join(", ")}.\n`);
  if (failed > 0) {
    const lines = errors
      .slice(0, SHOWN_ERRORS)
      .map(({ row, line, error }) => [String(row), String(line), error.code, error.message]);
    terminal.err(`\n${table(["row", "line", "code", "reason"], lines, terminal.width)}`);
    const more = failed - Math.min(errors.length, SHOWN_ERRORS);
    if (more > 0) terminal.err(`… and ${count(more)} more; --json lists the first ${count(1000)}.\n`);
    terminal.err("\n");
  }
  if (stopped) describeStop(terminal, stopped, uploaded);
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
  const before = earlier > 0 ? `, ${count(earlier)} rows of the file by an earlier run` : "";
  return `${rowsOf(inserted)} added to ${slug}${refused}${before} (${rate}).`;
}
