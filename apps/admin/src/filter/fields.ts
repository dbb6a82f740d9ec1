import { type Field, fieldType } from "@plinth/core";
import { type CollectionInfo, fieldsOf } from "../data/collection-info.ts";

/** A field that a condition can name, on its own or over relations. */
export interface FilterField {
  /** As it stands in a filter: `author.name`. */
  path: string;
  /** As people read it: `author › name`. */
  label: string;
  field: Field;
}

/** Relations in a path that the list of choices offers. The server takes six. */
const OFFERED_DEPTH = 2;

/** Own fields, then those over relations. */
export function filterFields(collection: CollectionInfo, all: readonly CollectionInfo[]): readonly FilterField[] {
  const found: FilterField[] = [];
  let level = [{ collection, path: [] as readonly string[] }];
  for (let depth = 0; depth <= OFFERED_DEPTH; depth++) {
    const next: typeof level = [];
    for (const { collection: from, path } of level) {
      for (const field of fieldsOf(from)) {
        const steps = [...path, field.name];
        found.push({ path: steps.join("."), label: steps.join(" › "), field });
        const target = field.to === undefined ? undefined : all.find(({ slug }) => slug === field.to);
        if (target) next.push({ collection: target, path: steps });
      }
    }
    level = next;
  }
  return found;
}

/** The field at the end of a path, also deeper than the choices go; a path into JSON ends at its field. */
export function fieldAt(
  path: string,
  collection: CollectionInfo,
  all: readonly CollectionInfo[],
): FilterField | undefined {
  const steps = path.split(".");
  let from: CollectionInfo | undefined = collection;
  for (const [index, step] of steps.entries()) {
    const field: Field | undefined = from && fieldsOf(from).find(({ name }) => name === step);
    if (!field) return undefined;
    const last = index === steps.length - 1;
    if (last || fieldType(field).kind === "json") return { path, label: steps.join(" › "), field };
    from = all.find(({ slug }) => slug === field.to);
  }
  return undefined;
}

/** What lies behind the name of a JSON field in a path: `facts.minutes` → `minutes`. Empty: the field itself. */
export function jsonPath({ path, field }: FilterField): string {
  if (fieldType(field).kind !== "json") return "";
  const steps = path.split(".");
  return steps.slice(steps.indexOf(field.name) + 1).join(".");
}
