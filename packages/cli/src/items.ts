import type { Call } from "./command.ts";
import { usage } from "./errors.ts";
import type { LIST_OPTIONS } from "./items-options.ts";
import { jsonObject, names, numberOption } from "./options.ts";
import { type ApiObject, encoded } from "./request-command.ts";
import { cellText, table } from "./table.ts";

/** As many as one page of `--all` asks for. */
const PAGE = 200;
/** What people seldom look for, unless they name it with `--fields`. */
const UNSHOWN: readonly string[] = ["created_at", "updated_at", "owner_id", "version"];
const MAX_CELL = 40;

export const itemsPath = (collection: string | undefined): string => `/api/items/${encoded(collection)}`;

/** `plinth items list COLLECTION` */
export async function listOfItems(call: Call<typeof LIST_OPTIONS>): Promise<0> {
  const { args, values, terminal } = call;
  const { all, filter, sort, fields, expand } = values;
  if (all && values.limit !== undefined) throw usage("--all goes without --limit");
  if (all && values.json) throw usage("--all prints one JSON object a line; leave out --json");
  const query = {
    filter: jsonObject("filter", filter),
    sort: sort === undefined ? undefined : names(sort),
    fields: fields === undefined ? undefined : names(fields),
    expand: expand === undefined ? undefined : names(expand),
  };
  const path = `${itemsPath(args[0])}/query`;
  const api = call.api();
  if (!all) {
    const { data } = await api.manage("POST", path, { ...query, limit: numberOption("limit", values.limit) });
    const rows = data as ApiObject[];
    await call.show(rows, itemTable(rows, fields !== undefined));
    return 0;
  }
  for (let cursor: string | null | undefined = ""; cursor !== null && cursor !== undefined; ) {
    const page = await api.manage("POST", path, { ...query, limit: PAGE, cursor });
    const lines = (page.data as ApiObject[]).map((item) => `${JSON.stringify(item)}\n`);
    await terminal.out(lines.join(""));
    cursor = page.next_cursor;
  }
  return 0;
}

export function itemColumns(rows: readonly ApiObject[]): string[] {
  return [...new Set(rows.flatMap(Object.keys))].filter((name) => !UNSHOWN.includes(name));
}

function itemTable(rows: readonly ApiObject[], isChosen: boolean): string {
  if (rows.length === 0) return "No items.\n";
  const columns = isChosen ? [...new Set(rows.flatMap(Object.keys))] : itemColumns(rows);
  const texts = rows.map((row) => columns.map((column) => shortened(cellText(row[column]))));
  return table(columns, texts);
}

function shortened(text: string): string {
  return text.length > MAX_CELL ? `${text.slice(0, MAX_CELL - 1)}…` : text;
}
