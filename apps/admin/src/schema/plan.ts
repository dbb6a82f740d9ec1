import { type CollectionDefinition, type Field, isReference, isVirtual } from "@plinth/core";
import type { CollectionInfo } from "../data/collections.ts";
import { type Draft, type DraftField, draftOf, keptFields, plainField, stateOf } from "./draft.ts";

/** One request of an Apply. */
export interface Step {
  readonly kind: "create" | "update" | "other_side" | "delete_field";
  readonly method: "POST" | "PATCH" | "DELETE";
  /** Below `/api/`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** The fields of the draft that it is about; errors name them by their index here. */
  readonly keys: readonly string[];
  readonly names: readonly string[];
  readonly collection: string;
}

type DefinitionPart = "unique_together" | "indexes" | "indexed_paths" | "default_sort" | "note";

const PARTS: readonly DefinitionPart[] = ["unique_together", "indexes", "indexed_paths", "default_sort", "note"];

/**
 * The requests that make of a collection what the draft says: one PATCH for all that is added or changed, then what is taken
 * away. A name that is deleted and given to a new field is deleted first.
 */
export function planOf(collection: CollectionInfo, draft: Draft): readonly Step[] {
  const { slug } = collection;
  const written = draft.fields.filter((one) => ["new", "changed"].includes(stateOf(one)));
  const deleted = draft.fields.filter((one) => one.deleted);
  const newNames = new Set(written.filter(({ before }) => !before).map(({ field }) => field.name));
  const isFirst = ({ field }: DraftField): boolean => newNames.has(field.name);
  return [
    ...deleted.filter(isFirst).map((one) => deletion(slug, one)),
    ...updates(collection, draft, written),
    ...otherSides(slug, keptFields(draft)),
    ...deleted.filter((one) => !isFirst(one)).map((one) => deletion(slug, one)),
  ];
}

/** The requests that make a new collection. */
export function creationOf(
  slug: string,
  kind: CollectionDefinition["kind"],
  draft: Draft,
  owned = false,
): readonly Step[] {
  const fields = keptFields(draft);
  const body = {
    slug,
    kind,
    ...(fields.length > 0 && { fields: withOwnLists(slug, fields) }),
    ...changedParts(draft, draftOf({ slug, kind, fields: [], system_fields: [] })),
    ...(owned && { owner_scoped: true }),
  };
  const create: Step = { kind: "create", method: "POST", path: "collections", body, ...about(slug, fields) };
  return [create, ...otherSides(slug, fields)];
}

/** Whether a new field takes nothing away, and needs no index, for which the database reads all items while writes may wait. */
export function isQuick(field: Field): boolean {
  const { unique, indexed, indexed_ignore_case, indexed_ignore_accents } = field;
  return !isReference(field) && !(unique || indexed || indexed_ignore_case || indexed_ignore_accents);
}

function updates(collection: CollectionInfo, draft: Draft, written: readonly DraftField[]): Step[] {
  const { slug } = collection;
  const parts = changedParts(draft, draftOf(collection));
  if (written.length === 0 && Object.keys(parts).length === 0) return [];
  const body = { ...(written.length > 0 && { fields: withOwnLists(slug, written) }), ...parts };
  return [{ kind: "update", method: "PATCH", path: `collections/${slug}`, body, ...about(slug, written) }];
}

function changedParts(draft: Draft, before: Draft): Record<string, unknown> {
  const changed = PARTS.filter((part) => JSON.stringify(draft[part]) !== JSON.stringify(before[part]));
  return Object.fromEntries(changed.map((part) => [part, draft[part]]));
}

/** Lists for relations to the collection itself are fields of the same request. */
function withOwnLists(slug: string, fields: readonly DraftField[]): Field[] {
  const lists = fields.flatMap((one) => (one.field.to === slug ? listFor(slug, one) : []));
  return [...fields.map(({ field }) => plainField(field)), ...lists];
}

function otherSides(slug: string, fields: readonly DraftField[]): Step[] {
  return fields.flatMap((one): Step[] => {
    const { to } = one.field;
    const lists = to === slug ? [] : listFor(slug, one);
    return lists.map((list) => ({
      kind: "other_side",
      method: "PATCH",
      path: `collections/${to}`,
      body: { fields: [list] },
      keys: [one.key],
      names: [list.name],
      collection: to!,
    }));
  });
}

/** The list by which the target of a new relation, or the other side of a junction, shows this collection's items. */
function listFor(slug: string, { field, mirror }: DraftField): Field[] {
  if (!mirror) return [];
  const list = { name: mirror, type: "relation_many", to: slug } as const;
  if (isReference(field)) return [{ ...list, via: field.name }];
  if (!isVirtual(field) || !field.through) return [];
  return [{ ...list, through: field.through, via: field.target ?? field.to!, target: field.via ?? slug }];
}

function deletion(slug: string, { key, field, before }: DraftField): Step {
  const name = before?.name ?? field.name;
  return {
    kind: "delete_field",
    method: "DELETE",
    path: `collections/${slug}/fields/${name}`,
    query: { confirm: name },
    keys: [key],
    names: [name],
    collection: slug,
  };
}

function about(collection: string, fields: readonly DraftField[]): Pick<Step, "keys" | "names" | "collection"> {
  return { keys: fields.map(({ key }) => key), names: fields.map(({ field }) => field.name), collection };
}
