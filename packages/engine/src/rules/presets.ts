import { ACTIONS, type Json, ROLE_AUTHENTICATED, type Rule, uuidv7 } from "@plinth/core";
import type { Scope } from "../kernel/engine.ts";
import { bodyOf } from "./rules.ts";

const OWN: Json = { owner_id: { _eq: "$user.id" } };

/** The owner model as rules: signed-in users create items, and read, change and delete their own. */
export function ownerRules(scope: Scope, slug: string) {
  const { workspaceId } = scope.catalog;
  return ACTIONS.map((action) => {
    const body: Pick<Rule, "effect" | "condition" | "fields" | "presets" | "check"> = {
      effect: "allow",
      condition: OWN,
      fields: null,
      presets: null,
      check: null,
    };
    const createdAt = new Date(scope.now);
    return {
      id: uuidv7(scope.now),
      workspaceId,
      role: ROLE_AUTHENTICATED,
      collection: slug,
      action,
      body: bodyOf(body),
      createdAt,
    };
  });
}
