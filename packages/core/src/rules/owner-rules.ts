import type { Json } from "../json.ts";
import { ACTIONS, type Rule } from "./rule.ts";

const OWN: Json = { owner_id: { _eq: "$user.id" } };

/** The owner model: whoever has the role creates items, and reads, changes and deletes their own. */
export function ownerRules(role: string, collection: string): Omit<Rule, "id">[] {
  return ACTIONS.map((action) => ({
    role,
    collection,
    action,
    effect: "allow",
    condition: OWN,
    fields: null,
    presets: null,
    check: null,
  }));
}
