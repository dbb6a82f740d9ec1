import type { ApiObject } from "../request-command.ts";

export const RUNS_PATH = "/api/runs";
export const RUN_COLUMNS = ["started_at", "kind", "name", "trigger", "status", "ms", "error", "id"];
/** Those that are stored: nothing stores runs of schedules and flows yet. */
export const SHOWN_RUN_KINDS = ["function", "job", "webhook"] as const;

export interface RunLine extends ApiObject {
  readonly error: { readonly message: string } | null;
}

export function shownRun({ error, ...run }: RunLine): ApiObject {
  return { ...run, error: error?.message ?? null };
}

/** With its question mark; empty where nothing is asked for. */
export function shownRunQuery(options: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(options).filter((option): option is [string, string] => option[1] !== undefined);
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
}
