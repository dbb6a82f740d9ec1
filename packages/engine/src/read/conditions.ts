import { ALWAYS, and, type Collection, type Condition, or, PlinthError } from "@plinth/core";

export function hasId(collection: Collection, id: string): Condition {
  return { kind: "compare", ref: { field: collection.byName.get("id")! }, op: "eq", operand: { value: id } };
}

export function hasIdAmong(collection: Collection, ids: readonly string[]): Condition {
  return { kind: "in", ref: { field: collection.byName.get("id")! }, negated: false, operand: { value: [...ids] } };
}

export function hasVersion(collection: Collection, versions: readonly number[] | undefined): Condition {
  if (!versions) return ALWAYS;
  const field = collection.byName.get("version");
  if (!field) {
    const message = `Items of ${collection.slug} have no version, so no condition on one can hold; leave If-Match or if_version out.`;
    throw new PlinthError("PRECONDITION_FAILED", message);
  }
  return or(...versions.map((value): Condition => ({ kind: "compare", ref: { field }, op: "eq", operand: { value } })));
}

export function hasValues(
  collection: Collection,
  fields: readonly string[],
  row: { [name: string]: unknown },
): Condition {
  return and(
    ...fields.map((name): Condition => {
      const field = collection.byName.get(name)!;
      return { kind: "compare", ref: { field }, op: "eq", operand: { value: row[name] as string } };
    }),
  );
}
