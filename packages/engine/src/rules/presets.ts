import { ACTIONS, type Json, ROLE_AUTHENTICATED, type Rule, uuidv7 } from "@plinth/core";

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
