import { and, type Collection, type Condition, type Field, invalid, isReference, not, or, plural } from "@plinth/core";
import type { RequestContext } from "../kernel/engine.ts";
import { hasIdAmong } from "../read/conditions.ts";
import type { ReferenceCheck, ReferringRow } from "./reference-access.ts";

const LABEL = "limits:";

/**
 * The checks that the items which these rows refer to are such as their fields take, or the lists whose junction has the rows. They hold
 * for every caller.
 */
export function referenceLimits(
  ctx: RequestContext,
  collection: Collection,
  rows: readonly Pick<ReferringRow, "row">[],
): ReferenceCheck[] {
  return collection.fields.flatMap((field) => {
    const target = isReference(field) ? ctx.catalog.collections.get(field.to!) : undefined;
    if (target?.system !== "files") return [];
    const ids = new Set(rows.map(({ row }) => row[field.name]).filter((id) => typeof id === "string"));
    const lists = listsOver(ctx, collection, field);
    const counts = lists.flatMap((list) => countChecks(collection, list, rows));
    if (ids.size === 0) return counts;
    const limits = [field, ...lists].flatMap((one) => {
      const taken = takenBy(one, target);
      return taken ? [limitCheck(field.name, one, target, [...ids], taken)] : [];
    });
    return [...limits, ...counts];
  });
}

/** The lists whose items this field of their junction refers to. */
function listsOver({ catalog }: RequestContext, { slug }: Collection, { name }: Field): Field[] {
  return [...catalog.collections.values()].flatMap(({ fields }) =>
    fields.filter(({ through, target }) => through === slug && target === name),
  );
}

/** Of each owner: with these rows, its list is no longer than it may be. */
function countChecks(junction: Collection, list: Field, rows: readonly Pick<ReferringRow, "row">[]): ReferenceCheck[] {
  const { max_count: most, via, target } = list;
  if (most === undefined) return [];
  const owners = Map.groupBy(rows, ({ row }) => row[via!]);
  return [...owners].flatMap(([owner, own]) => {
    if (typeof owner !== "string") return [];
    const label = `${LABEL}${list.name}:${owner}`;
    const ids = new Set(own.map(({ row }) => row[target!]).filter((id) => typeof id === "string"));
    // Rows of other lists that come to this one as they are.
    const moved = own.filter(({ row }) => typeof row[target!] !== "string").length;
    const ref = (name: string) => ({ field: junction.byName.get(name)! });
    const others: Condition = { kind: "in", ref: ref(target!), negated: false, operand: { value: [...ids] } };
    return [
      {
        label,
        guard: () => ({
          ...{ kind: "guard", label, collection: junction, strict: true },
          where: and({ kind: "compare", ref: ref(via!), op: "eq", operand: { value: owner } }, not(others)),
          expect: [{ op: "lte", count: most - ids.size - moved }],
        }),
        refusal: () => invalid(target!, `${list.name} takes at most ${most} ${plural(most, "file")}`),
      } satisfies ReferenceCheck,
    ];
  });
}

function limitCheck(
  name: string,
  field: Field,
  target: Collection,
  ids: readonly string[],
  taken: Condition,
): ReferenceCheck {
  return {
    label: `${LABEL}${name}:${field.name}`,
    // An id that does not exist is refused as such.
    guard: () => ({
      kind: "guard",
      label: `${LABEL}${name}:${field.name}`,
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
