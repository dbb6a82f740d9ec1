import { command, text } from "../command.ts";
import { itemsPath } from "../items.ts";
import { encoded, requestCommand } from "../request-command.ts";
import { cellText } from "../table.ts";
import { UNDO_OPTIONS } from "../undo-options.ts";

interface Difference {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

export const HISTORY = requestCommand({
  summary: "show who changed an item, and what it was before",
  args: ["COLLECTION", "ID"],
  options: { limit: text("N", "the newest changes; all unless given") },
  notes: "plinth restore brings the item back to a position, plinth undo takes back all that a request did.\n",
  request: ([collection, id], { limit }) => {
    const page = limit === undefined ? "" : `?${new URLSearchParams({ limit })}`;
    return ["GET", `${itemsPath(collection)}/${encoded(id)}/history${page}`];
  },
  onePage: ({ limit }) => limit !== undefined,
  columns: ["at", "operation", "actor", "position", "request_id", "changes"],
  row: (version) => ({
    ...version,
    actor: version.actor_name ?? version.actor,
    changes: (version.changes as Difference[]).map(shown).join(", "),
  }),
});

function shown({ field, before, after }: Difference): string {
  return `${field}: ${cellText(before) || "-"} → ${cellText(after) || "-"}`;
}

const ABOUT =
  "Exit code 1: some items were left as they are. Without --skip-conflicts, a conflict means that nothing is done.\n";

export const UNDO = command({
  summary: "take back what requests have changed",
  args: ["REQUEST…"],
  options: UNDO_OPTIONS,
  access: "caller",
  notes: `REQUEST is the x-request-id of an answer, or a request_id of plinth history and plinth logs.\n${ABOUT}`,
  run: async (call) => (await import("../undo.ts")).undoRequests(call),
});

export const RESTORE = command({
  summary: "bring an item back to a version of its history",
  args: ["COLLECTION", "ID", "POSITION"],
  options: UNDO_OPTIONS,
  access: "caller",
  notes: ABOUT,
  run: async (call) => (await import("../undo.ts")).restoreItem(call),
});
