import {
  type Collection,
  type Field,
  FULL_ACCESS,
  invalid,
  isReference,
  OWNER,
  OWNER_NAME,
  orderOf,
  type ReadPolicy,
  type RelationRef,
} from "@plinth/core";
import { type Catalog, usersIn } from "../kernel/catalog.ts";

type PolicyOf = (collection: Collection) => ReadPolicy;

/** The steps of a relation field, with every collection on the path under `policyOf`. */
export function relationRef(catalog: Catalog, field: Field, path: string, policyOf: PolicyOf): RelationRef {
  const collection = (slug: string): Collection => {
    const found = catalog.collections.get(slug);
    if (!found) throw invalid(path, `${field.name} points to the missing collection ${slug}`);
    return found;
  };
  const fieldOf = (owner: Collection, name: string): Field => {
    const found = owner.byName.get(name);
    if (!found) throw invalid(path, `${field.name} needs the missing field ${owner.slug}.${name}`);
    return found;
  };
  const listIn = (owner: Collection) => {
    const via = fieldOf(owner, field.via!);
    return { via, source: collection(via.to!) };
  };
  const target = field === OWNER ? profilesOf(catalog, path) : collection(field.to!);
  const policy = policyOf(target);
  if (isReference(field)) return { field, target, policy };
  if (!field.through) return { field, target, policy, ...listIn(target) };
  const between = collection(field.through);
  const order = orderOf(field);
  const junction = {
    collection: between,
    policy: policyOf(between),
    to: fieldOf(between, field.target!),
    ...(order && { order: fieldOf(between, order.name) }),
  };
  return { field, target, policy, ...listIn(between), junction };
}

function profilesOf(catalog: Catalog, path: string): Collection {
  const users = usersIn(catalog);
  if (!users) throw invalid(path, `${OWNER_NAME} needs the collection of users, which this workspace does not have`);
  return users;
}

/** As rules follow it: with full access, since rules do not apply to what a rule's condition reads. */
export function fullRelation(catalog: Catalog, field: Field, path: string): RelationRef {
  return relationRef(catalog, field, path, () => FULL_ACCESS);
}
