import { type CallerFilter, type Collection, type Condition, isReference, type Mutation } from "@plinth/core";
import { type Catalog, memoize } from "../kernel/catalog.ts";

/** The tree that deletes items, and those that a cascade deletes with them. */
export function deletion(
  catalog: Catalog,
  collection: Collection,
  where: Condition,
  callerFilter?: CallerFilter,
): Mutation {
  const checkAfter = takesHolders(catalog, collection);
  return {
    kind: "delete",
    collection,
    where,
    ...(callerFilter && { callerFilter }),
    ...(checkAfter && { checkAfter }),
  };
}

/** Whether items deleted by one cascade may restrict, by another relation, the deletion of others. */
function takesHolders(catalog: Catalog, { slug }: Collection): boolean {
  return memoize(catalog, `takes holders ${slug}`, () => {
    const along = goingAlong(catalog, slug);
    const goes = (other: string): boolean => other === slug || along.has(other);
    return relations(catalog).some(
      ({ from, to, on_delete }) => on_delete === "restrict" && along.has(from) && goes(to),
    );
  });
}

/** Collections whose items are deleted with one of `slug`, directly or indirectly. */
function goingAlong(catalog: Catalog, slug: string): ReadonlySet<string> {
  const along = new Set<string>();
  const reached = [slug];
  for (const gone of reached) {
    for (const { from, to, on_delete } of relations(catalog)) {
      if (on_delete !== "cascade" || to !== gone || along.has(from)) continue;
      along.add(from);
      reached.push(from);
    }
  }
  return along;
}

function relations(catalog: Catalog) {
  return [...catalog.collections.values()].flatMap(({ slug: from, fields }) =>
    fields.filter(isReference).map(({ to, on_delete = "restrict" }) => ({ from, to: to!, on_delete })),
  );
}
