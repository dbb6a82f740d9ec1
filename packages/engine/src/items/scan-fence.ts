import { type Aggregate, ALWAYS, type Condition, type FieldValue, fieldsOf, PlinthError } from "@plinth/core";
import type { Scope } from "../engine.ts";

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
  const index = indexFor(source.where);
  const hint = index ? `an index on ${index} and a narrower filter would help` : "filter by an indexed field";
  throw new PlinthError(
    "LIMIT_EXCEEDED",
    `This would read more than ${maxScan} items of ${collection.slug}; ${hint}.`,
    {
      field: "filter",
      maxScan,
      ...(index && { index }),
    },
  );
}

function indexFor(where: Condition): string | null {
  if (where === ALWAYS) return null;
  return [...fieldsOf(where)].join(", ") || null;
}
