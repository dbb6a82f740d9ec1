import type { Api } from "../api.ts";
import { encoded } from "../request-command.ts";
import { printableLines } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { DEPLOYMENTS } from "./shown.ts";

/** Between two looks for new runs. */
const WAIT_MS = 1000;
const PAGE = 100;
/** Runs that are shown at the beginning. */
const FIRST = 10;

interface FunctionRun {
  readonly id: string;
  readonly version: number;
  readonly trigger: string;
  readonly status: string;
  readonly ms: number;
  readonly created_at: string;
  readonly error: { readonly name: string; readonly message: string; readonly stack: readonly string[] } | null;
  readonly logs: readonly { readonly level: string; readonly text: string }[];
}

export interface FollowedFunctionRuns {
  readonly status?: string | undefined;
  readonly json?: boolean;
  /** Only runs from now on. */
  readonly onlyNew?: boolean;
  readonly signal?: AbortSignal;
}

/** Shows the runs of a function as they end, the oldest first, until the signal says so. */
export async function followFunctionRuns(
  api: Api,
  name: string,
  terminal: Pick<Terminal, "out">,
  { status, json = false, onlyNew = false, signal }: FollowedFunctionRuns = {},
): Promise<void> {
  const query = new URLSearchParams({ limit: String(PAGE), ...(status !== undefined && { status }) });
  const path = `${DEPLOYMENTS}/${encoded(name)}/runs?${query}`;
  const page = async () => (await api.manage("GET", path, undefined)).data as unknown as FunctionRun[];
  const before = await page();
  let last = before[0]?.id ?? "";
  const write = (runs: readonly FunctionRun[]) =>
    terminal.out(runs.map((run) => (json ? `${JSON.stringify(run)}\n` : textOf(run))).join(""));
  if (!onlyNew) await write(before.slice(0, FIRST).reverse());
  while (!signal?.aborted) {
    // Their ids begin with the time.
    const runs = (await page()).filter(({ id }) => id > last).reverse();
    if (runs.length > 0) await write(runs);
    last = runs.at(-1)?.id ?? last;
    await pause(WAIT_MS, signal);
  }
}

/** Ends early with the signal. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** `2026-11-30T12:00:00.000Z  v3  http  failed  12 ms`, then what it wrote, and its error with the lines. */
function textOf({ created_at, version, trigger, status, ms, logs, error }: FunctionRun): string {
  const lines = [
    `${created_at}  v${version}  ${trigger}  ${status}  ${ms} ms`,
    ...logs.map(({ level, text }) => `  ${level}: ${text}`),
    ...(error ? [`  ${error.name}: ${error.message}`, ...error.stack.map((frame) => `    at ${frame}`)] : []),
  ];
  return `${printableLines(lines.join("\n"))}\n`;
}
