import { type Action, isReference, type JsonObject } from "@plinth/core";
import type { CollectionInfo } from "../../data/collections.ts";
import { emptyRule, type RuleDraft } from "./rules.ts";

/** A rule that many collections need. */
export interface RuleChoice {
  /** `fields`: every item, but not all of its fields. */
  readonly kind: "all" | "user" | "organization" | "fields";
  /** By which items belong to somebody: `owner_id`, a relation to `users` or to `organizations`, or `id` in these. */
  readonly field?: string;
  /** Null: for every item. */
  readonly condition: JsonObject | null;
}

/** The usual rules of a cell, by the collection's owner and relations. */
export function choicesFor(role: string, collection: CollectionInfo, action: Action): readonly RuleChoice[] {
  const all: RuleChoice = { kind: "all", condition: null };
  const some: readonly RuleChoice[] = action === "read" ? [{ kind: "fields", condition: null }] : [];
  // Somebody without an account has no items and no organization.
  if (role === "public") return [all, ...some];
  const fields = [...collection.system_fields, ...collection.fields];
  const leadsTo = (target: string, field: (typeof fields)[number]) =>
    (isReference(field) && field.to === target) || (collection.slug === target && field.name === "id");
  const of = (kind: "user" | "organization", field: string, value: JsonObject): RuleChoice => ({
    kind,
    field,
    condition: { [field]: value },
  });
  return [
    all,
    ...fields
      // Whoever creates an item owns it anyway.
      .filter((field) => leadsTo("users", field) || (field.name === "owner_id" && action !== "create"))
      .map(({ name }) => of("user", name, { _eq: "$user.id" })),
    ...fields
      .filter((field) => leadsTo("organizations", field))
      .map(({ name }) => of("organization", name, { _in: "$user.orgs" })),
    ...some,
  ];
}

/** The rule of a choice. */
export function ruleOf(
  { condition }: RuleChoice,
  ...[role, collection, action]: Parameters<typeof emptyRule>
): RuleDraft {
  return { ...emptyRule(role, collection, action), condition };
}
