import { type CollectionDefinition, fieldType, ownerRules, ROLE_AUTHENTICATED, type Rule, uuidv7 } from "@plinth/core";

/** The owner model for signed-in users. */
export function authenticatedOwnerRules(slug: string, now: number): Rule[] {
  return ownerRules(ROLE_AUTHENTICATED, slug).map((rule) => ({ id: uuidv7(now), ...rule }));
}

/** Indexes for lists under these rules: an owner's items in the order of each indexed field, without sorting them. */
export function ownerIndexes({ fields, indexes = [] }: CollectionDefinition): string[][] {
  const pairs = fields
    .filter((field) => field.indexed && fieldType(field).indexed)
    .map(({ name }) => ["owner_id", name]);
  const led = new Set(indexes.map((set) => set.slice(0, 2).join()));
  return [...indexes, ...pairs.filter((pair) => !led.has(pair.join()))].slice(0, Math.max(MAX_SETS, indexes.length));
}

/** As many sets as `indexes` of a definition may have. */
const MAX_SETS = 20;
