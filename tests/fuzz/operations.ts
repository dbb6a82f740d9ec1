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
  replaceItem,
  runBatch,
  type Scope,
  updateCollection,
  updateCollectionSchema,
  upsertItems,
} from "./plinth.ts";

/** One operation of a case, as the routes would carry it out. */
export async function execute(scope: Scope, operation: Operation): Promise<Json> {
  switch (operation.do) {
    case "define":
      await createCollection(scope, parse(createCollectionSchema, operation.definition));
      return null;
    case "change":
      await updateCollection(scope, operation.collection, parse(updateCollectionSchema, operation.change));
      return null;
    case "drop field":
      await deleteField(scope, operation.collection, operation.field, operation.field);
      return null;
    case "rule":
      await createRule(scope, parse(createRuleSchema, operation.rule));
      return null;
    case "create":
      return createItems(scope, operation.collection, operation.body);
    case "patch":
      return patchItem(scope, operation.collection, operation.id, operation.body, when(operation));
    case "replace":
      return replaceItem(scope, operation.collection, operation.id, operation.body, when(operation));
    case "delete":
      return deleteItem(scope, operation.collection, operation.id, when(operation));
    case "batch":
      return plain(await runBatch(scope, parseBatchBody(operation.body)));
    case "upsert":
      return plain(
        await upsertItems(
          scope,
          operation.collection,
          parseUpsertParams(searchOf(operation.parameters)),
          operation.body,
        ),
      );
    case "patch all":
      return patchItems(scope, operation.collection, parseBulkParams(searchOf(operation.parameters)), operation.body);
    case "delete all":
      return deleteItems(scope, operation.collection, parseBulkParams(searchOf(operation.parameters)));
    case "get":
      return (
        await getItem(scope, operation.collection, operation.id, parseSelectionParams(searchOf(operation.parameters)))
      ).row;
    case "list":
      if (operation.pages !== undefined) return walk(scope, operation, operation.pages);
      return listItems(scope, operation.collection, parseListParams(searchOf(operation.parameters)));
    case "aggregate":
      return aggregateItems(scope, operation.collection, aggregateInputOf(parse(aggregateSchema, operation.body)));
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
async function walk(scope: Scope, operation: Operation & { do: "list" }, pages: number): Promise<Json> {
  const walked: Json[] = [];
  let cursor = "";
  for (let page = 0; page < pages; page++) {
    const search = new URLSearchParams(searchOf(operation.parameters));
    search.set("cursor", cursor);
    const { next_cursor: next, ...rest } = await listItems(
      scope,
      operation.collection,
      parseListParams(search.toString()),
    ).catch(ownCursor);
    walked.push(rest);
    if (next === null) break;
    cursor = next as string;
  }
  return walked;
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
