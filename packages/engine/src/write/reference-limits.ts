import { and, type Collection, type Condition, type Field, invalid, isReference, not, or } from "@plinth/core";
import type { RequestContext } from "../kernel/engine.ts";
import { hasIdAmong } from "../read/conditions.ts";
import type { ReferenceCheck, ReferringRow } from "./reference-access.ts";

const LABEL = "limits:";

/** The checks that the items which these rows refer to are such as their fields take. They hold for every caller. */
export function referenceLimits(
  ctx: RequestContext,
  collection: Collection,
  rows: readonly Pick<ReferringRow, "row">[],
): ReferenceCheck[] {
  return collection.fields.flatMap((field) => {
    const target = isReference(field) ? ctx.catalog.collections.get(field.to!) : undefined;
    const taken = target && takenBy(field, target);
    if (!taken) return [];
    const ids = new Set(rows.map(({ row }) => row[field.name]).filter((id) => typeof id === "string"));
    return ids.size === 0 ? [] : [limitCheck(field, target, [...ids], taken)];
  });
}

function limitCheck(field: Field, target: Collection, ids: readonly string[], taken: Condition): ReferenceCheck {
  const { name } = field;
  return {
    label: LABEL + name,
    // An id that does not exist is refused as such.
    guard: () => ({
      kind: "guard",
      label: LABEL + name,
      collection: target,
      where: and(hasIdAmong(target, ids), not(taken)),
      expect: "none",
    }),
    refusal: () => invalid(name, `must be a file ${limitsIn(field).join(" and ")}`),
  };
}

/** Undefined: the field takes all items. */
function takenBy({ bucket, content_types: types, max_bytes: most }: Field, target: Collection): Condition | undefined {
  const ref = (name: string) => ({ field: target.byName.get(name)! });
  const limits: Condition[] = [];
  if (bucket !== undefined) limits.push({ kind: "compare", ref: ref("bucket"), op: "eq", operand: { value: bucket } });
  if (most !== undefined) limits.push({ kind: "compare", ref: ref("size"), op: "lte", operand: { value: most } });
  if (types !== undefined) {
    const one = (type: string): Condition =>
      type.endsWith("/*")
        ? { kind: "text", ref: ref("content_type"), op: "starts_with", operand: { value: type.slice(0, -1) } }
        : { kind: "compare", ref: ref("content_type"), op: "eq", operand: { value: type } };
    limits.push(or(...types.map(one)));
  }
  return limits.length > 0 ? and(...limits) : undefined;
}

function limitsIn({ bucket, content_types: types, max_bytes: most }: Field): string[] {
  return [
    ...(bucket === undefined ? [] : [`in the bucket ${bucket}`]),
    ...(types === undefined ? [] : [`of the type ${types.join(" or ")}`]),
    ...(most === undefined ? [] : [`of at most ${most} bytes`]),
  ];
}
