import { invalid, type Json, PlinthError } from "@plinth/core";
import type { Operation, ReadParameters, WriteParameters } from "./case.ts";
import {
  aggregateInputOf,
  aggregateItems,
  aggregateSchema,
  createCollection,
  createCollectionSchema,
  createItems,
  createRule,
  createRuleSchema,
  deleteField,
  deleteItem,
  deleteItems,
  getItem,
  listItems,
  parseBatchBody,
  parseBulkParams,
  parseListParams,
  parseSelectionParams,
  parseUpsertParams,
  patchItem,
  patchItems,
  type RequestContext,
  replaceItem,
  runBatch,
  updateCollection,
  updateCollectionSchema,
  upsertItems,
} from "./plinth.ts";

/** One operation of a case, as the routes would carry it out. */
export async function execute(ctx: RequestContext, operation: Operation): Promise<Json> {
  switch (operation.do) {
    case "define":
      await createCollection(ctx, parse(createCollectionSchema, operation.definition));
      return null;
    case "change":
      await updateCollection(ctx, operation.collection, parse(updateCollectionSchema, operation.change));
      return null;
    case "drop field":
      await deleteField(ctx, operation.collection, operation.field, operation.field);
      return null;
    case "rule":
      await createRule(ctx, parse(createRuleSchema, operation.rule));
      return null;
    case "create":
      return createItems(ctx, operation.collection, operation.body);
    case "patch":
      return patchItem(ctx, operation.collection, operation.id, operation.body, when(operation));
    case "replace":
      return replaceItem(ctx, operation.collection, operation.id, operation.body, when(operation));
    case "delete":
      return deleteItem(ctx, operation.collection, operation.id, when(operation));
    case "batch":
      return plain(await runBatch(ctx, parseBatchBody(operation.body)));
    case "upsert":
      return plain(
        await upsertItems(ctx, operation.collection, parseUpsertParams(searchOf(operation.parameters)), operation.body),
      );
    case "patch all":
      return patchItems(ctx, operation.collection, parseBulkParams(searchOf(operation.parameters)), operation.body);
    case "delete all":
      return deleteItems(ctx, operation.collection, parseBulkParams(searchOf(operation.parameters)));
    case "get":
      return (
        await getItem(ctx, operation.collection, operation.id, parseSelectionParams(searchOf(operation.parameters)))
      ).row;
    case "list":
      if (operation.pages !== undefined) return readPages(ctx, operation, operation.pages);
      return listItems(ctx, operation.collection, parseListParams(searchOf(operation.parameters)));
    case "aggregate":
      return aggregateItems(ctx, operation.collection, aggregateInputOf(parse(aggregateSchema, operation.body)));
  }
}

/** What is written as an interface, as the JSON that it is. */
function plain(answer: object): Json {
  return answer as Json;
}

function when({ version }: { version?: number }) {
  return version === undefined ? {} : { versions: [version] };
}

/** Pages one after the other. What is in a cursor is the engine's own business. */
async function readPages(ctx: RequestContext, operation: Operation & { do: "list" }, pages: number): Promise<Json> {
  const found: Json[] = [];
  let cursor = "";
  for (let page = 0; page < pages; page++) {
    const search = new URLSearchParams(searchOf(operation.parameters));
    search.set("cursor", cursor);
    const { next_cursor: next, ...rest } = await listItems(
      ctx,
      operation.collection,
      parseListParams(search.toString()),
    ).catch(ownCursor);
    found.push(rest);
    if (next === null) break;
    cursor = next as string;
  }
  return found;
}

/** A cursor that the engine itself made cannot be refused. */
function ownCursor(error: unknown): never {
  if (error instanceof PlinthError && error.code === "INVALID_CURSOR") throw new Error("refused its own cursor");
  throw error;
}

export function searchOf(parameters: ReadParameters | WriteParameters): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) search.set(name, typeof value === "object" ? JSON.stringify(value) : String(value));
  }
  return search.toString();
}

interface Schema<T> {
  safeParse(
    value: unknown,
  ): { success: true; data: T } | { success: false; error: { issues: { path: PropertyKey[]; message: string }[] } };
}

/** What the routes do with a body before a service sees it. */
function parse<T>(schema: Schema<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(issue!.path.join("."), issue!.message);
}
