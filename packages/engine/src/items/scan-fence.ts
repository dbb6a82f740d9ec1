import { type Aggregate, type FieldValue, PlinthError } from "@plinth/core";
import type { Scope } from "../engine.ts";
import { hintFor } from "./index-hint.ts";

/** Refuses a computation over more rows than one request may read, and says which index would narrow them. */
export async function requireScannable(
  scope: Scope,
  source: Pick<Aggregate, "collection" | "access" | "where">,
  values: readonly FieldValue[],
): Promise<void> {
  const { maxScan } = scope.engine.config;
  const { collection } = source;
  const beyond = await scope.store.find(
    { ...source, select: ["id"], sort: [], limit: { value: 1 }, offset: { value: maxScan } },
    { values, variables: scope.variables },
  );
  if (beyond.rows.length === 0) return;
  const { index, text } = hintFor(collection, source.where);
  throw new PlinthError(
    "LIMIT_EXCEEDED",
    `This would read more than ${maxScan} items of ${collection.slug}; ${text}.`,
    {
      field: "filter",
      maxScan,
      ...(index && { index }),
    },
  );
}
