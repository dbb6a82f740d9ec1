import { plural } from "@plinth/core";
import type { Call, ExitCode } from "../command.ts";
import { ApiError, CliError, UnreachableError } from "../errors.ts";
import { count, formatBytes, Progress } from "../progress.ts";
import { printableLines } from "../table.ts";

/** One file that is sent or fetched. */
export interface FileTransfer {
  readonly path: string;
  /** Bytes, as far as they are known before. */
  readonly size: number;
  /** How many bytes were sent; undefined: the other side had them already. */
  run(): Promise<number | undefined>;
}

export interface TransferReport {
  sent: number;
  skipped: number;
  bytes: number;
  failed: { readonly path: string; readonly code: string; readonly message: string }[];
}

/** How many are under way at once: small files wait for the network, not for each other. */
const AT_ONCE = 4;

/** Transfers many files; one that fails does not hold the others up. */
export async function transferAll(
  { terminal }: Pick<Call, "terminal">,
  label: string,
  transfers: readonly FileTransfer[],
): Promise<TransferReport> {
  const report: TransferReport = { sent: 0, skipped: 0, bytes: 0, failed: [] };
  const total = transfers.reduce((sum, { size }) => sum + size, 0);
  const progress = new Progress(terminal, label, total);
  const state = () => ({
    bytes: report.bytes,
    rows: 0,
    files: report.sent + report.skipped,
    failed: report.failed.length,
  });
  const waiting = transfers[Symbol.iterator]();
  let isEnded = false;
  const work = async (): Promise<void> => {
    for (const transfer of waiting) {
      if (isEnded) return;
      await runOne(transfer, report).catch((error: unknown) => {
        isEnded = true;
        throw error;
      });
      progress.update(state());
    }
  };
  const workers = Array.from({ length: AT_ONCE }, work);
  try {
    await Promise.all(workers);
  } finally {
    await Promise.allSettled(workers);
    progress.finish(state());
  }
  return report;
}

async function runOne({ path, size, run }: FileTransfer, report: TransferReport): Promise<void> {
  try {
    const bytes = await run();
    if (bytes === undefined) report.skipped++;
    else report.sent++;
    report.bytes += bytes ?? size;
  } catch (error) {
    // Without a server, or the right to use it, the others would fail in the same way.
    if (!(error instanceof CliError) || error instanceof UnreachableError || isRefusedWhole(error)) throw error;
    const code = error instanceof ApiError ? (error.code ?? error.kind) : error.kind;
    report.failed.push({ path, code, message: error.message });
  }
}

const isRefusedWhole = (error: CliError): boolean => error instanceof ApiError && error.status === 401;

/** What was done, and what was not: exit code 1 where some files are missing. */
export async function showTransfer(
  call: Pick<Call, "terminal" | "show">,
  verb: string,
  report: TransferReport,
): Promise<ExitCode> {
  const { sent, skipped, bytes, failed } = report;
  const same = skipped > 0 ? `, ${count(skipped)} already there` : "";
  const lost = failed.length > 0 ? `, ${count(failed.length)} failed` : "";
  await call.show(report, `${count(sent)} ${plural(sent, "file")} ${verb}${same}${lost} (${formatBytes(bytes)}).\n`);
  for (const { path, message } of failed) call.terminal.err(`${printableLines(path)}: ${message}\n`);
  if (failed.length === 0) return 0;
  return sent + skipped > 0 ? 1 : 2;
}
