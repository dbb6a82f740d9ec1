import type { Call } from "./command.ts";
import { usage } from "./errors.ts";
import type { LOGS_OPTIONS } from "./logs-options.ts";
import { numberOption } from "./options.ts";
import type { ApiObject } from "./request-command.ts";
import { cellText, printable } from "./table.ts";

/** Between two looks at a log that has nothing new. */
const WAIT_MS = 1000;
const MAX_VALUE = 100;

interface LogPage {
  readonly data: ApiObject[];
  readonly next: string;
  readonly more: boolean;
}

/** `plinth logs` */
export async function showLogs(call: Call<typeof LOGS_OPTIONS>): Promise<0> {
  const { values, terminal } = call;
  const { follow, collection, json } = values;
  const limit = numberOption("limit", values.limit);
  if (follow && limit !== undefined) throw usage("--follow goes without --limit");
  const api = call.api();
  let after = values.after ?? (follow ? "now" : undefined);
  let left = limit ?? Number.POSITIVE_INFINITY;
  for (;;) {
    const query = new URLSearchParams({
      ...(after !== undefined && { after }),
      ...(collection !== undefined && { collection }),
    });
    const page = (await api.manage("GET", `/api/changes?${query}`, undefined)) as unknown as LogPage;
    const changes = page.data.slice(0, left);
    left -= changes.length;
    after = page.next;
    await terminal.out(changes.map((change) => `${json ? JSON.stringify(change) : lineOf(change)}\n`).join(""));
    if (left === 0 || (!page.more && !follow)) return 0;
    if (!page.more) await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
}

/** `2026-11-29T15:00:00.000Z  update  films  0193…  user:0192…  year: 1950 → 1951` */
function lineOf(change: ApiObject): string {
  const { at, operation, collection, item, actor, before, after } = change;
  const changed = differences(before as ApiObject | null, after as ApiObject | null);
  return [at, operation, collection ?? change.collection_id, item, actor ?? "-", changed].join("  ").trimEnd();
}

const SERVERS: readonly string[] = ["id", "version", "created_at", "updated_at"];

function differences(before: ApiObject | null, after: ApiObject | null): string {
  const names = Object.keys(after ?? {}).filter((name) => !SERVERS.includes(name));
  const changed = names.filter((name) => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]));
  return changed
    .filter((name) => before !== null || after?.[name] !== null)
    .map((name) => `${name}: ${before === null ? "" : `${shown(before[name])} → `}${shown(after?.[name])}`)
    .join(", ");
}

/** Text of an item must not control the terminal. */
function shown(value: unknown): string {
  const text = value === null || value === undefined ? "none" : printable(cellText(value));
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE - 1)}…` : text;
}
