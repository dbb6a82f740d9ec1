import {
  builtInGroup,
  type Collection,
  completeField,
  constantDefault,
  type Field,
  invalid,
  isBuiltInField,
  isEqual,
  isVirtual,
  type Json,
  PlinthError,
  USERS_SLUG,
} from "@plinth/core";
import type { UpdateCollection } from "./definition.ts";

/** What a workspace may change of the collection that Plinth itself keeps: fields of its own, and nothing else. */

/** Changes of fields that the collection has from the start. `fields` are those in the request. */
export function requireOwnFields({ slug, system, byName }: Collection, fields: readonly Field[]): void {
  if (!system) return;
  fields.forEach((field, i) => {
    if (isBuiltInField(system, field.name)) {
      const current = byName.get(field.name);
      if (current && isEqual(stated(completeField(field, slug)), stated(current))) return;
      throw invalid(`fields.${i}.name`, `${field.name} of ${slug} is built in and cannot be changed`);
    }
    if (!field.required || isVirtual(field) || isFilled(field)) return;
    const message = "items are made without it; give a default, or leave required out";
    throw invalid(`fields.${i}.required`, message);
  });
}

/** What a field says, without flags that are off and without what is no part of a definition. */
function stated({ column: _column, index_bytes: _bytes, ...field }: Field): Json {
  return Object.fromEntries(
    Object.entries(field).filter(([, value]) => value !== undefined && value !== false),
  ) as Json;
}

/** The unique sets and indexes that the collection has from the start stay, whatever others it gets. */
export function requireBuiltInSets({ slug, system, ...before }: Collection, input: UpdateCollection): void {
  if (!system) return;
  const start = builtInGroup(system, USERS_SLUG).find((one) => one.system === system);
  for (const key of ["unique_together", "indexes"] as const) {
    const given = input[key];
    const isIn = (sets: readonly string[][] | undefined, set: string[]): boolean =>
      sets?.some((one) => isEqual(one, set)) ?? false;
    const gone = given && start?.[key]?.find((set) => isIn(before[key], set) && !isIn(given, set));
    if (gone) throw invalid(key, `must have ${JSON.stringify(gone)}, which is built in for ${slug}`);
  }
}

function isFilled(field: Field): boolean {
  return field.default === "$now" || field.default === "$uuid" || (constantDefault(field) ?? null) !== null;
}

export function requireOwnField({ slug, system }: Collection, name: string): void {
  if (system && isBuiltInField(system, name)) {
    throw new PlinthError("CONFLICT", `${name} of ${slug} is built in and cannot be deleted.`, { field: name });
  }
}

export function requireDeletable({ slug, system }: Collection): void {
  if (system) throw new PlinthError("CONFLICT", `${slug} is built in and cannot be deleted.`, { field: "slug" });
}
