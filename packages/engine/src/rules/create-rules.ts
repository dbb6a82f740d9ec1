import { ACTIONS, expectedOneOf, PlinthError, type Rule, uuidv7 } from "@plinth/core";
import { refuseOn } from "../commit/commit.ts";
import { commitMetadataChange } from "../commit/metadata-change.ts";
import { requireCatalogRoom } from "../commit/room.ts";
import type { RequestContext } from "../kernel/engine.ts";
import * as z from "../kernel/zod.ts";
import { atPath } from "../write/operation-errors.ts";
import { insertRules } from "./rule-records.ts";
import {
  checkRule,
  collectionDeleted,
  collectionsOf,
  createRule,
  createRuleSchema,
  requireDecidable,
} from "./rules.ts";
import { requireNewRule } from "./same-rule.ts";

const MAX_RULES = 100;

const action = z.enum(ACTIONS);

function wordingOfAction({ input }: { readonly input?: unknown }): string {
  const given = Array.isArray(input) ? input.find((one) => !ACTIONS.some((action) => action === one)) : input;
  return `${expectedOneOf(ACTIONS, given)}, or a list of them`;
}

/** One rule for each action. */
const ruleInput = createRuleSchema.extend({
  action: z
    .union([action, z.array(action).min(1)], { error: wordingOfAction })
    .describe("One action, or a list: a rule is made for each"),
});
const ruleInputs = z.array(ruleInput).min(1).max(MAX_RULES);

export const createRulesSchema = z.union([ruleInput, ruleInputs]);

/** The form that a body is meant to have, so that an error can name the mistake. */
export function createRulesSchemaFor(body: unknown): z.ZodType {
  return Array.isArray(body) ? ruleInputs : ruleInput;
}

export type RuleInput = z.output<typeof ruleInput>;

/** All or none. A list, or a rule with a list of actions, is answered by a list. */
export async function createRules(ctx: RequestContext, input: RuleInput | RuleInput[]): Promise<Rule | Rule[]> {
  if (!Array.isArray(input) && !Array.isArray(input.action)) return createRule(ctx, { ...input, action: input.action });
  const inputs = Array.isArray(input) ? input : [input];
  const rules = inputs.flatMap((one, i) => rulesOf(ctx, one, Array.isArray(input) ? String(i) : undefined));
  requireNewRule(ctx.catalog.rules, rules);
  const requires = [requireCatalogRoom(ctx, "rules", rules.length)];
  for (const rule of rules) requireDecidable(ctx, rule);
  const queries = [...collectionsOf(ctx, rules), ...insertRules(ctx, rules)];
  return commitMetadataChange(ctx, { queries, requires, roles: rules.map(({ role }) => role), data: rules }).catch(
    refuseOn("guard", collectionDeleted),
  );
}

/** One rule for each of the actions. `path` is where the input is in the body. */
function rulesOf({ catalog, now }: RequestContext, input: RuleInput, path: string | undefined): Rule[] {
  const actions = Array.isArray(input.action) ? input.action : [input.action];
  try {
    if (new Set(actions).size < actions.length)
      throw new PlinthError("VALIDATION", "action: an action is listed twice", { field: "action" });
    return actions.map((one) => checkRule(catalog, { ...input, action: one, id: uuidv7(now) }));
  } catch (error) {
    throw atPath(error, path);
  }
}
