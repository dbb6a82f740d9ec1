import {
  type Collection,
  type Field,
  fieldPolicyOf,
  isReference,
  isVirtual,
  OWNER,
  OWNER_NAME,
  type ReadPolicy,
  stepFrom,
} from "@plinth/core";
import { type RequestContext, readPolicy, usersIn } from "@plinth/engine";
import { type WriteRights, writeRights } from "../../../http/write-rights.ts";
import { Names } from "./names.ts";

/** What the caller may read and write, under the names that the schema has for it. */

/** A value of an item. */
export interface VisibleValue {
  readonly name: string;
  readonly field: Field;
  /** Items without it, or whose rules hide it, show null. */
  readonly nullable: boolean;
}

/** Related items: one, or a list. */
export interface VisibleRelation {
  readonly name: string;
  /** In filters, orders and expansions of the engine. */
  readonly path: string;
  readonly target: string;
  readonly many: boolean;
  readonly field: Field;
}

/** A field that a new item may be given, or a change. A relation has one for its id, and one for items that are made with it. */
export interface WritableField {
  readonly name: string;
  readonly field: Field;
  readonly part: "value" | "related" | "list";
}

export interface VisibleCollection {
  readonly slug: string;
  readonly collection: Collection;
  /** Its items may be only written, where it is false; there are no values and relations then. */
  readonly readable: boolean;
  readonly values: readonly VisibleValue[];
  readonly relations: readonly VisibleRelation[];
  readonly rights: WriteRights;
  readonly writable: readonly WritableField[];
  /** Derives further names of its type's fields. */
  readonly names: Names;
}

export type VisibleCollections = ReadonlyMap<string, VisibleCollection>;

/** In the order of their slugs, so that the same rights give the same text. */
export function visibleCollections(ctx: RequestContext): VisibleCollections {
  const { catalog, principal } = ctx;
  const visible = [...catalog.collections.values()].flatMap((collection) => {
    const policy = readPolicy(catalog, principal, collection);
    const rights = writeRights(ctx, collection);
    return policy || rights.create || rights.update || rights.delete ? [{ collection, policy, rights }] : [];
  });
  visible.sort((a, b) => (a.collection.slug < b.collection.slug ? -1 : 1));
  const readable = new Set(visible.flatMap(({ collection, policy }) => (policy ? [collection.slug] : [])));
  const users = usersIn(catalog)?.slug;
  const owners = users !== undefined && readable.has(users) ? users : undefined;
  return new Map(visible.map((one) => [one.collection.slug, visibleCollection(one, readable, owners)]));
}

interface CollectionRights {
  readonly collection: Collection;
  readonly policy: ReadPolicy | null;
  readonly rights: WriteRights;
}

function visibleCollection(
  { collection, policy, rights }: CollectionRights,
  readable: ReadonlySet<string>,
  owners: string | undefined,
): VisibleCollection {
  const fields = [...collection.byName.values()];
  const isShown = ({ name }: Field): boolean => policy !== null && fieldPolicyOf(policy, name) !== undefined;
  const shown = fields.filter(isShown);
  const written = fields.filter((field) => isWritable(collection, rights, field));
  const names = new Names(fields.filter((one) => shown.includes(one) || written.includes(one)).map(({ name }) => name));
  const owner = owners !== undefined && isOwned(collection, shown) ? names.derived(OWNER_NAME) : undefined;
  // The relation itself has the field's name, also for those who may not follow it.
  const ids = new Map(fields.filter(isReference).map((field) => [field, names.derived(`${field.name}_id`)]));
  const valueName = (field: Field): string => ids.get(field) ?? field.name;
  const follows = ({ to = "", through }: Field): boolean =>
    readable.has(to) && (through === undefined || readable.has(through));
  const relations: VisibleRelation[] = shown
    .filter((field) => (isReference(field) || isVirtual(field)) && follows(field))
    .map((field) => ({ name: field.name, path: field.name, target: field.to!, many: isVirtual(field), field }));
  if (owner !== undefined)
    relations.push({ name: owner, path: OWNER_NAME, target: owners!, many: false, field: OWNER });
  const values = shown
    .filter((field) => !isVirtual(field))
    .map((field): VisibleValue => {
      const always = field.required === true && fieldPolicyOf(policy!, field.name) === null;
      return { name: valueName(field), field, nullable: !always };
    });
  const writable = written.flatMap((field): WritableField[] => {
    if (isVirtual(field)) return [{ name: field.name, field, part: "list" }];
    const value: WritableField = { name: valueName(field), field, part: "value" };
    return isReference(field) ? [value, { name: field.name, field, part: "related" }] : [value];
  });
  return { slug: collection.slug, collection, readable: policy !== null, values, relations, rights, writable, names };
}

function isOwned(collection: Collection, shown: readonly Field[]): boolean {
  return stepFrom(collection, OWNER_NAME) === OWNER && shown.some(({ name }) => name === OWNER.name);
}

function isWritable({ fields, columns }: Collection, rights: WriteRights, field: Field): boolean {
  const declared = fields.includes(field) || fields.some(({ name }) => name === field.name);
  if (!declared && !(columns.owner !== undefined && field.name === OWNER.name)) return false;
  return (rights.create && rights.creatable(field.name)) || (rights.update && rights.updatable(field.name));
}
