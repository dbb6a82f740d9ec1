import { type CommandGroup, command, text } from "../command.ts";
import { itemsPath } from "../items.ts";
import { queryOf } from "../options.ts";
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

const FILTERS = {
  collection: text("NAME", "those that changed items of it"),
  item: text("ID", "those that changed this item; with --collection"),
  operation: text("NAME", "insert, update or delete"),
  actor: text("WHO", "user:ID, key:ID or operator:ID; user, key, operator or nobody"),
  since: text("TIME", "from then on"),
  until: text("TIME", "before then"),
  limit: text("N", "50 unless given"),
} as const;

interface Counted {
  readonly collection: string | null;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

export const CHANGES: CommandGroup = {
  summary: "the requests that have changed items, the newest first",
  actions: {
    list: requestCommand({
      summary: "list them, with how many items of which collections",
      options: FILTERS,
      request: (_, values) => ["GET", `/api/changes/requests?${queryOf(FILTERS, values)}`],
      columns: ["at", "actor", "request_id", "changes"],
      row: (request) => ({
        ...request,
        at: request.to,
        actor: request.actor_name ?? request.actor,
        changes: (request.changes as Counted[]).map(countsIn).join("; "),
      }),
      // The log may be long: only the newest, as many as --limit says.
      onePage: true,
      notes: "plinth changes show lists the changes of one, plinth undo takes them back.\n",
    }),
    show: requestCommand({
      summary: "show what a request has changed, field by field",
      args: ["REQUEST"],
      request: ([request]) => ["GET", `/api/changes/requests/${encoded(request)}`],
      columns: ["at", "operation", "collection", "item", "changes"],
      row: (change) => ({ ...change, changes: (change.changes as Difference[]).map(shown).join(", ") }),
    }),
  },
};

function countsIn({ collection, ...counts }: Counted): string {
  const parts = Object.entries(counts).flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : []));
  return `${collection ?? "-"}: ${parts.join(", ")}`;
}

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
