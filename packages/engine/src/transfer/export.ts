import {
  DataError,
  type FieldValue,
  type Find,
  type FindResult,
  invalid,
  isJson,
  type Json,
  lookup,
  type Operand,
  parseSortText,
  type Row,
  recover,
} from "@plinth/core";
import type { Format } from "@plinth/formats";
import { formatCells } from "@plinth/formats";
import { bindSlow } from "../kernel/bindings.ts";
import type { RequestContext } from "../kernel/engine.ts";
import type { ListInput } from "../read/list-input.ts";
import { type ListQuery, prepareList } from "../read/list-query.ts";
import { requireListWithinLimit } from "../read/query-cost-limit.ts";
import { storedNames } from "../read/query-parts.ts";

const FIRST_PAGE = 100;
const MAX_PAGE = 1000;
/** The target size of a page as text: large items make short pages. */
const PAGE_CHARS = 1_000_000;
/** Where larger items follow small ones, a page is read again with fewer of them. */
const MAX_PAGE_BYTES = 4_000_000;

export interface ExportOptions {
  readonly format: Format;
  /** Without `sort`, by id. */
  readonly input?: Pick<ListInput, "filter" | "sort" | "fields">;
}

/**
 * The collection's items that the caller may see, as pieces of a file. The first piece is ready when this resolves, so
 * that errors in the request are thrown before anything is sent. Keyset paging: rows that are written during the export
 * never cause other rows to be repeated or skipped.
 */
export async function exportItems(
  ctx: RequestContext,
  slug: string,
  { format, input = {} }: ExportOptions,
): Promise<AsyncGenerator<string, void, undefined>> {
  const sort = input.sort ?? parseSortText("id");
  // A null cursor starts keyset paging. The keys of later pages are bound here, so they may have any length.
  const query = prepareList(ctx, slug, { ...input, sort, limit: 1, cursor: null });
  if (query.expansions.length > 0) throw invalid("fields", `a file cannot hold related items; name fields of ${slug}`);
  const columns = format === "csv" ? columnsOf(query) : [];
  const pages = readPages(ctx, query);
  const first = await pages.next();
  const toLine = lineWriter(query, columns);
  return writeFile(format, columns, toLine, first.value ?? [], pages);
}

function columnsOf({ names, tree: { collection, policy, outputs = [] } }: ListQuery): string[] {
  if (names) return [...new Set(["id", ...names])];
  if (collection.kind === "document") {
    throw invalid("fields", "name the columns with fields, because documents have no fixed ones; or use ndjson");
  }
  return [...storedNames(collection, policy), ...outputs.map(({ as }) => as)];
}

async function* readPages(ctx: RequestContext, { tree, values }: ListQuery): AsyncGenerator<Row[], void> {
  await requireListWithinLimit(ctx, tree, values);
  const trees = new Map<string, Find>();
  const { slot } = tree.limit as { slot: number };
  let after: readonly FieldValue[] | undefined;
  let limit = FIRST_PAGE;
  for (;;) {
    const bound = [...values];
    bound[slot] = limit;
    const page = after ? treeAfter(tree, trees, after, bound) : tree;
    const found = await findPage(ctx, page, bound, limit);
    if (!found) {
      limit = Math.max(1, Math.floor(limit / 8));
      continue;
    }
    const { rows, sortValues } = found;
    yield rows;
    if (rows.length < limit) return;
    after = sortValues!.at(-1)!;
    limit = nextLimit(rows);
    await letOthersIn();
  }
}

/** Undefined: so many items are too large for one page. A single item is always read. */
function findPage(ctx: RequestContext, tree: Find, values: FieldValue[], limit: number) {
  const bindings = bindSlow(ctx, values, limit > 1 ? MAX_PAGE_BYTES : undefined);
  const { store } = ctx.source(tree.collection);
  return recover<FindResult | undefined>(
    () => store.find(tree, bindings),
    (error) => {
      if (error instanceof DataError && error.kind === "too_many_bytes") return undefined;
      throw error;
    },
  );
}

/** Pages of a database in this process follow each other without a pause in which others would have their turn. */
function letOthersIn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** A store caches plans by tree, and which keys are null is part of the tree. */
function treeAfter(tree: Find, trees: Map<string, Find>, after: readonly FieldValue[], values: FieldValue[]): Find {
  const operands = after.map((value): Operand | null => (value === null ? null : { slot: values.push(value) - 1 }));
  const shape = operands.map((operand) => (operand ? "v" : "n")).join("");
  let known = trees.get(shape);
  if (!known) {
    known = { ...tree, after: operands };
    trees.set(shape, known);
  }
  return known;
}

/** The page's size is estimated from one row in ten. */
function nextLimit(rows: readonly Row[]): number {
  let chars = 0;
  let sample = 0;
  for (let i = 0; i < rows.length; i += 10) {
    chars += JSON.stringify(rows[i]).length;
    sample++;
  }
  return Math.max(1, Math.min(MAX_PAGE, Math.floor(PAGE_CHARS / (chars / sample))));
}

async function* writeFile(
  format: Format,
  columns: readonly string[],
  toLine: (row: Row) => string,
  first: Row[],
  rest: AsyncGenerator<Row[], void>,
): AsyncGenerator<string, void, undefined> {
  if (format === "csv") yield `${formatCells(columns)}\r\n`;
  if (format === "json") yield "[";
  let separator = "\n";
  for (let rows: Row[] | undefined = first; rows; rows = (await rest.next()).value ?? undefined) {
    if (rows.length === 0) break;
    if (format === "csv") yield rows.map(toLine).join("");
    else if (format === "ndjson") yield rows.map((row) => `${JSON.stringify(row)}\n`).join("");
    else {
      yield separator + rows.map((row) => JSON.stringify(row)).join(",\n");
      separator = ",\n";
    }
  }
  if (format === "json") yield "\n]\n";
}

function lineWriter({ tree: { collection, outputs = [] } }: ListQuery, columns: readonly string[]) {
  const computed = new Map(outputs.map(({ as, ref }) => [as, ref]));
  const json = columns.map((name) => {
    const ref = computed.get(name);
    const field = ref ? ref.field : collection.byName.get(name);
    return field !== undefined && isJson(field) && !ref?.path;
  });
  return (row: Row): string => `${formatCells(columns.map((name, i) => cellOf(lookup(row, name), json[i]!)))}\r\n`;
}

/** Text stays unchanged, even if a spreadsheet would treat it as a formula: an export does not change data. */
function cellOf(value: Json | undefined, json: boolean): string | null {
  if (value === undefined || value === null) return null;
  return json || typeof value === "object" ? JSON.stringify(value) : String(value);
}
