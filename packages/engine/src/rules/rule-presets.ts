import {
  type Collection,
  invalid,
  isProfileField,
  isVirtual,
  type Json,
  ROLE_AUTHENTICATED,
  ROLE_PUBLIC,
  type Rule,
  uuidv7,
} from "@plinth/core";
import { commitMetadataChange } from "../commit/metadata-change.ts";
import { requireCatalogRoom } from "../commit/room.ts";
import { collectionOf } from "../kernel/catalog.ts";
import type { RequestContext } from "../kernel/engine.ts";
import * as z from "../kernel/zod.ts";
import { authenticatedOwnerRules } from "./presets.ts";
import { insertRules } from "./rule-records.ts";
import { requireNewRule } from "./same-rule.ts";

export const RULE_PRESETS = ["owner", "own_profile", "public_profiles"] as const;

export const applyPresetSchema = z.strictObject({
  collection: z.string().max(40),
  preset: z
    .enum(RULE_PRESETS)
    .describe(
      "`owner`: signed-in users create items, and read, change and delete their own. For the collection of users: `own_profile` and `public_profiles`",
    ),
});

type PresetInput = z.infer<typeof applyPresetSchema>;

/** Makes the rules of a preset: all or none. They are ordinary rules from then on. */
export async function applyPreset(ctx: RequestContext, input: PresetInput): Promise<Rule[]> {
  const { catalog, now } = ctx;
  const rules = rulesOf(collectionOf(ctx, input.collection), input.preset, now);
  requireNewRule(catalog.rules, rules);
  const requires = [requireCatalogRoom(ctx, "rules", rules.length)];
  const queries = insertRules(ctx, rules);
  return commitMetadataChange(ctx, { queries, requires, data: rules });
}

const ITSELF: Json = { id: { _eq: "$user.id" } };

function rulesOf(collection: Collection, preset: PresetInput["preset"], now: number): Rule[] {
  const { slug, system } = collection;
  if ((preset === "owner") === (system === "users")) {
    const other = system ? "own_profile or public_profiles" : "owner";
    throw invalid("preset", `${preset} is not for ${slug}; use ${other}`);
  }
  if (preset === "owner") return authenticatedOwnerRules(slug, now);
  const rule = { id: uuidv7(now), collection: slug, effect: "allow", presets: null, check: null } as const;
  if (preset === "public_profiles") {
    return [{ ...rule, role: ROLE_PUBLIC, action: "read", condition: null, fields: ["name", "image"] }];
  }
  const read: Rule = { ...rule, role: ROLE_AUTHENTICATED, action: "read", condition: ITSELF, fields: null };
  const own = ownFields(collection);
  return own.length > 0 ? [read, { ...read, id: uuidv7(now), action: "update", fields: own }] : [read];
}

/** The fields that the workspace has added so far: one that comes later may not be the user's to decide. */
function ownFields({ fields }: Collection): string[] {
  return fields.filter((field) => !isVirtual(field) && !isProfileField(field.name)).map(({ name }) => name);
}
