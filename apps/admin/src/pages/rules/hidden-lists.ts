import type { Rule } from "@plinth/core";
import type { CollectionInfo } from "../../data/collections.ts";
import { cellFor } from "./rules.ts";

/** A many-to-many list of a collection that a role may read, whose junction or other side it may not. */
export interface HiddenList {
  readonly role: string;
  readonly collection: string;
  readonly field: string;
  /** What is closed: the junction, the other side, or both. */
  readonly closed: readonly Pick<CollectionInfo, "slug" | "system">[];
}

type Side = Pick<CollectionInfo, "slug" | "system" | "fields">;

/** The lists that stay hidden from the role, of the collections that its own rules let it read. */
export function hiddenLists(
  rules: readonly Rule[],
  role: string,
  of: readonly Side[],
  all: readonly Side[],
): HiddenList[] {
  if (role === "admin") return [];
  const isClosed = (slug: string) => {
    const { state, wider } = cellFor(rules, role, slug, "read");
    return state === "closed" && wider === undefined;
  };
  const lists = of
    .filter(({ slug }) => cellFor(rules, role, slug, "read").state !== "closed")
    .flatMap(({ slug, fields }) => fields.map((field) => ({ slug, field })));
  return lists.flatMap(({ slug, field: { name, through, to } }) => {
    if (through === undefined) return [];
    const closed = all.filter((one) => (one.slug === through || one.slug === to) && isClosed(one.slug));
    return closed.length > 0 ? [{ role, collection: slug, field: name, closed }] : [];
  });
}
