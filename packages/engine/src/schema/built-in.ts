import {
  type Collection,
  constantDefault,
  type Field,
  invalid,
  isBuiltInField,
  isVirtual,
  PlinthError,
} from "@plinth/core";

/** What a workspace may change of the collection that Plinth itself keeps: fields of its own, and nothing else. */

/** Changes of fields that the collection has from the start. `fields` are those in the request. */
export function requireOwnFields({ slug, system }: Collection, fields: readonly Field[]): void {
  if (!system) return;
  fields.forEach((field, i) => {
    if (isBuiltInField(system, field.name)) {
      throw invalid(`fields.${i}.name`, `${field.name} of ${slug} is built in and cannot be changed`);
    }
    if (!field.required || isVirtual(field) || isFilled(field)) return;
    const message = "items are made without it; give a default, or leave required out";
    throw invalid(`fields.${i}.required`, message);
  });
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
