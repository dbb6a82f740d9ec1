import { invalid, isObject, type Json } from "@plinth/core";
import type { BulkInput, UpsertInput, WriteInput } from "@plinth/engine";
import type { KnownField } from "./known-fields.ts";
import { ifPresent, oneOf, readParameters } from "./parameters.ts";
import { parseFlagText, parseJsonText, parseNumberText } from "./texts.ts";

/** The items that a `PATCH` or `DELETE` of a collection selects. */
export function parseBulkParams(search: string, known?: KnownField): BulkInput {
  const params = readParameters(search, ["filter", "limit", "dry_run", "all"], known);
  return {
    filter: ifPresent(params, "filter", parseJsonText),
    limit: ifPresent(params, "limit", parseNumberText),
    dryRun: ifPresent(params, "dry_run", parseFlagText),
    all: ifPresent(params, "all", parseFlagText),
  };
}

/** How a `POST` to a collection upserts. */
export function parseUpsertParams(search: string): UpsertInput {
  const params = readParameters(search, ["on_conflict", "resolution"]);
  const resolution = oneOf(params, "resolution", ["merge", "ignore"]);
  return upsertInputOf({ on_conflict: params.get("on_conflict"), resolution });
}

/** The two parameters of an upsert. */
export function upsertInputOf({ on_conflict, resolution }: UpsertParameters): UpsertInput {
  if (on_conflict === undefined)
    throw invalid("resolution", "needs on_conflict, which names the unique field or set of fields");
  return { on_conflict: namesIn(on_conflict), resolution };
}

interface UpsertParameters {
  readonly on_conflict?: string | undefined;
  readonly resolution?: UpsertInput["resolution"];
}

/** The body of `POST /api/batch`. The engine checks each operation, by its index. */
export function parseBatchBody(body: Json): readonly WriteInput[] {
  if (!isObject(body)) throw invalid("body", "expected a JSON object");
  for (const key of Object.keys(body)) {
    if (key !== "operations") throw invalid(key, "there is no such field; use operations", "UNKNOWN_FIELD");
  }
  const { operations } = body;
  if (!Array.isArray(operations)) throw invalid("operations", "expected a list of operations");
  return operations.map((operation): Json => {
    if (!isObject(operation) || typeof operation.on_conflict !== "string") return operation;
    return { ...operation, on_conflict: namesIn(operation.on_conflict) };
  }) as unknown as WriteInput[];
}

function namesIn(text: string): string[] {
  return text.split(",").map((name) => name.trim());
}
