import { type CollectionDefinition, type Field, isVirtual, SYSTEM_FIELDS } from "@plinth/core";
import type { Operation } from "../case.ts";
import type { Random } from "../random.ts";

/** What the generator knows of the world that it makes: enough for operations that mean something in it. */
export interface Model {
  readonly random: Random;
  /** By slug, in the order in which they were defined. */
  readonly collections: Map<string, CollectionDefinition>;
  /** Ids handed out for each collection; some of them may never have come into being, or be gone again. */
  readonly ids: Map<string, string[]>;
  /** Values of unique fields that were used already, by `slug.field`. */
  readonly taken: Map<string, Set<string>>;
  /** Numbers whose sums and quotients are exact, and times of our days: aggregates can then be compared and sorted by. */
  readonly tame: boolean;
  /** Numbers so large that sums of two may be more than a double can hold. */
  readonly vast: boolean;
  /** Many unique fields, of which a write may break several at once. */
  readonly crowded: boolean;
  /** How often a row is given an owner. */
  readonly owned?: number;
  /** Conditions do not ask about `$now`. */
  readonly timeless?: boolean;
  /** How often a value is none of its field's; nothing while the world is filled. */
  noise: number;
  readonly operations: Operation[];
}

export const MISSING_ID = "ffffffff-ffff-4fff-8fff-ffffffffffff";

/** The first digit is never 0: see `names.ts`. */
export function newId(model: Model, slug: string): string {
  const ids = model.ids.get(slug)!;
  const letter = "abcdef123456789"[[...model.collections.keys()].indexOf(slug) % 15];
  // Scattered, so that the order of ids is not the order in which they were made.
  const scattered = ((ids.length + 1) * 7919) % 65_521;
  const id = `${letter}${scattered.toString(16).padStart(7, "0")}-0000-4000-8000-${String(ids.length + 1).padStart(12, "0")}`;
  ids.push(id);
  return id;
}

export function someId(model: Model, slug: string): string {
  const ids = model.ids.get(slug) ?? [];
  return ids.length === 0 || model.random.chance(0.03) ? MISSING_ID : model.random.pick(ids);
}

export function collectionOf(model: Model, slug: string): CollectionDefinition {
  return model.collections.get(slug)!;
}

export function fieldsOf(definition: CollectionDefinition): Field[] {
  return [...definition.fields, ...Object.values(SYSTEM_FIELDS)];
}

export function storedFields(definition: CollectionDefinition): Field[] {
  return definition.fields.filter((field) => !isVirtual(field));
}

export function listsOf(definition: CollectionDefinition): Field[] {
  return definition.fields.filter(isVirtual);
}

export function relationsOf(definition: CollectionDefinition): Field[] {
  return definition.fields.filter((field) => field.type === "relation");
}
