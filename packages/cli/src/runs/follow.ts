import type { Call } from "../command.ts";
import { cellText, printable } from "../table.ts";
import { RUN_COLUMNS, RUNS_PATH, type RunLine, shownRun, shownRunQuery } from "./shown.ts";

interface FollowedPage {
  readonly data: readonly RunLine[];
  readonly next: string;
}

/** `plinth runs follow`: until the program is ended. */
export async function showNewRuns(call: Call): Promise<0> {
  const { terminal } = call;
  const { json, ...filter } = call.values as { json?: boolean } & Record<string, string | undefined>;
  const api = call.api();
  let after: string | undefined;
  for (;;) {
    const path = `${RUNS_PATH}/follow${shownRunQuery({ ...filter, after })}`;
    const { data, next } = (await api.manage("GET", path, undefined)) as unknown as FollowedPage;
    after = next;
    await terminal.out(data.map((run) => `${json ? JSON.stringify(run) : lineOf(run)}\n`).join(""));
  }
}

/** What functions write, and names, must not control the terminal. */
function lineOf(run: RunLine): string {
  const cells = shownRun(run);
  return RUN_COLUMNS.map((column) => printable(cellText(cells[column] ?? "-"))).join("  ");
}
