import {
  ACTIONS,
  type CollectionDefinition,
  fieldType,
  type Json,
  ROLE_AUTHENTICATED,
  type Rule,
  uuidv7,
} from "@plinth/core";

const OWN: Json = { owner_id: { _eq: "$user.id" } };

/** The owner model as rules: signed-in users create items, and read, change and delete their own. */
export function ownerRules(slug: string, now: number): Rule[] {
  return ACTIONS.map((action) => ({
    id: uuidv7(now),
    role: ROLE_AUTHENTICATED,
    collection: slug,
    action,
    effect: "allow",
    condition: OWN,
    fields: null,
    presets: null,
    check: null,
  }));
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
