import { ACTIONS, type Action } from "@plinth/core";

/** What a scoped key is limited to. */
export interface KeyLimits {
  readonly roles: readonly string[];
  readonly actions: readonly string[];
  /** Null: all. */
  readonly collections: readonly string[] | null;
}

interface DecidingRule {
  readonly role: string;
  readonly collection: string;
  readonly action: string;
  readonly effect: "allow" | "deny";
  readonly condition: unknown;
}

export interface CollectionPower {
  readonly collection: string;
  readonly allowed: readonly Action[];
  /** No rule allows them: each request is refused. */
  readonly refused: readonly Action[];
}

/** What a key may do with each of its collections under today's rules. As the server has it, the rules for everybody count too. */
export function powerOf(
  limits: KeyLimits,
  rules: readonly DecidingRule[],
  slugs: readonly string[],
): CollectionPower[] {
  const roles = new Set(["public", ...limits.roles]);
  const actions = ACTIONS.filter((action) => limits.actions.includes(action));
  // No rule binds it.
  const isAdmin = roles.has("admin");
  return (limits.collections ?? slugs).map((collection) => {
    const own = rules.filter(
      (rule) => roles.has(rule.role) && (rule.collection === collection || rule.collection === "*"),
    );
    const isAllowed = (action: string) =>
      isAdmin ||
      (own.some((rule) => rule.action === action && rule.effect === "allow") &&
        !own.some((rule) => rule.action === action && rule.effect === "deny" && rule.condition === null));
    return {
      collection,
      allowed: actions.filter(isAllowed),
      refused: actions.filter((action) => !isAllowed(action)),
    };
  });
}
