import type { Field } from "./fields/field.ts";
import { emailField, longTextField, referenceField, textField } from "./fields/index.ts";
import type { Collection } from "./schema.ts";
import { DEFAULT_COLUMNS, SYSTEM_FIELDS } from "./system-fields.ts";

/** What the built-in collection of users is: an item for each account of the workspace, with the account's id. */

/** The collection's slug, where the workspace had no collection of this name. */
export const USERS_SLUG = "users";

/** They follow the account. A workspace adds further fields. */
export const PROFILE_FIELDS: readonly Field[] = Object.freeze([
  textField("name", { required: true }),
  emailField("email", { unique: true }),
  longTextField("image"),
]);

export function isProfileField(name: string): boolean {
  return PROFILE_FIELDS.some((field) => field.name === name);
}

/**
 * The relation from `owner_id` to the owner's item in the collection of users. Its column is a text that need not be the
 * id of a user.
 */
export const OWNER: Field = Object.freeze(referenceField(SYSTEM_FIELDS.owner_id.name, { to: USERS_SLUG }));

/** The name that paths and `expand` have for it, beside that of its column. */
export const OWNER_NAME = "owner";

/**
 * The field that a path may follow from an item: one of its own, or its owner. A caller that does not follow it takes
 * `owner_id` for the text that it is.
 */
export function stepFrom(collection: Collection, name: string): Field | undefined {
  const own = collection.byName.get(name);
  const leadsToOwner = name === OWNER.name || (name === OWNER_NAME && !own);
  return leadsToOwner && hasOwner(collection) ? OWNER : own;
}

/** Other products' names for who created an item. */
const CREATORS: ReadonlySet<string> = new Set(["created_by", "createdBy", "user_created", "creator"]);

/** What to write for a name that other products have for who created an item. */
export function ownerHint(collection: Collection, name: string): string | undefined {
  const first = name.split(".", 1)[0]!;
  if (!CREATORS.has(first) || !hasOwner(collection)) return undefined;
  return `${collection.slug} stores no ${first}; write ${OWNER_NAME}: the user who created the item, until its ${OWNER.name} is changed`;
}

/** Relations do not leave their database, and a document's `owner` is a key. */
function hasOwner({ columns, source, kind }: Collection): boolean {
  return columns === DEFAULT_COLUMNS && source === undefined && kind !== "document";
}
