import {
  ACTIONS,
  type Collection,
  type Condition,
  excerpt,
  invalid,
  isAlways,
  isObject,
  type Json,
  type JsonObject,
  PlinthError,
  type Principal,
  ROLE_ADMIN,
  ROLE_PUBLIC,
  type Row,
  suggest,
  uuidv7,
  variablesOf,
} from "@plinth/core";
import { findUser } from "@plinth/db";
import { requireActions } from "../access/has-actions.ts";
import { readPolicy } from "../access/read-policy.ts";
import { requireWriteAccess } from "../access/write-policy.ts";
import { asSignedIn, describedPrincipal } from "../identity/view-as.ts";
import { bind } from "../kernel/bindings.ts";
import { collectionOf } from "../kernel/catalog.ts";
import type { RequestContext } from "../kernel/engine.ts";
import * as z from "../kernel/zod.ts";
import { findById } from "../read/read.ts";
import { draftCreate } from "../write/create.ts";
import { hasGraph } from "../write/graph.ts";
import { checkInput, fill, inOrder } from "../write/input.ts";
import { permittedFields } from "./rights.ts";
import { type DryRunError, isByRules, tryChange, tryCreate } from "./simulate-dry-run.ts";
import {
  type Decision,
  deciding_rule,
  type EvaluatedRule,
  evaluateRules,
  holds,
  type SimulationTarget,
} from "./simulate-rules.ts";

export const simulateSchema = z
  .strictObject({
    as: z
      .string()
      .max(500)
      .optional()
      .describe("Who: `anonymous`, `authenticated`, `role:NAME`, `user:ID`, `user:ID@ORGANIZATION` or `key:ID`"),
    user_id: z.string().optional(),
    roles: z.array(z.string()).max(50).optional(),
    collection: z.string(),
    action: z.enum(ACTIONS),
    id: z.string().optional().describe("An item to test"),
    item: z
      .record(z.string(), z.json())
      .optional()
      .describe(
        "With create: the body of the request. With update and id: that of a PATCH. Else a row as it is stored",
      ),
  })
  .refine(({ as, user_id, roles }) => as === undefined || (user_id === undefined && roles === undefined), {
    message: "goes without user_id and roles",
    path: ["as"],
  })
  .refine((input) => !(input.item && input.id) || input.action === "update", {
    message: "give id or item, not both, unless it is about an update",
    path: ["item"],
  })
  .refine((input) => !(input.id && input.action === "create"), {
    message: "an item to create does not exist yet; describe it with item",
    path: ["id"],
  });

export type Simulate = z.infer<typeof simulateSchema>;

/** Explains what the rules would decide for a user or a set of roles, and why. Changes nothing. */
export async function simulate(ctx: RequestContext, input: Simulate): Promise<Record<string, Json>> {
  const collection = collectionOf(ctx, input.collection);
  const principal = await principalOf(ctx, input);
  const variables = variablesOf(principal, ctx.now);
  const asCtx: RequestContext = { ...ctx, principal, variables };
  const target = await targetOf(ctx, asCtx, collection, input);
  const evaluated = await evaluateRules(asCtx, target);
  const simulated = await decide(asCtx, target, input.item as JsonObject | undefined);
  const { decision } = simulated;
  const allowed = decision === "allow";
  const deciding = principal.bypass ? null : deciding_rule(evaluated, target, decision);
  const item_matches = input.item || target.row ? (decision === "undecided" ? null : allowed) : null;
  return {
    allowed,
    decision,
    reason: simulated.reason ?? reasonOf(asCtx, target, evaluated, decision, deciding),
    deciding_rule: deciding,
    roles: [...principal.roles],
    bypass: principal.bypass,
    matched_rules: evaluated.map(({ rule, matches, failed }) => ({
      ...rule,
      ...(matches !== null && { matches }),
      ...(failed.length > 0 && { failed }),
    })) as never,
    variables: { ...variables, "user.roles": [...variables["user.roles"]], "user.orgs": [...variables["user.orgs"]] },
    fields: permittedFields(asCtx.catalog, principal, collection, input.action),
    ...describe(asCtx, collection, simulated.condition ?? null),
    item_matches,
  };
}

async function principalOf(ctx: RequestContext, input: Simulate): Promise<Principal> {
  const { workspaceId } = ctx.catalog;
  if (input.as !== undefined) return describedPrincipal(ctx, input.as, "as");
  if (input.user_id !== undefined) {
    requireActions(ctx.principal, ["rules:read", "users:read"], "user_id");
    const user = await findUser(ctx.driver, workspaceId, input.user_id);
    if (!user) throw invalid("user_id", "there is no such user");
    return asSignedIn(ctx.engine, ctx.driver, user);
  }
  const assumed = input.roles ?? [];
  assumed.forEach((role, i) => {
    if (!ctx.catalog.roles.has(role))
      throw invalid(
        `roles.${i}`,
        `there is no role ${excerpt(role)}${suggest(role, [...ctx.catalog.roles], "roles are")}`,
      );
  });
  const roles = [...new Set([ROLE_PUBLIC, ...assumed])];
  const kind = roles.length > 1 ? "user" : "anonymous";
  return { kind, workspaceId, roles, bypass: roles.includes(ROLE_ADMIN) };
}

async function targetOf(
  ctx: RequestContext,
  asCtx: RequestContext,
  collection: Collection,
  input: Simulate,
): Promise<SimulationTarget> {
  const { action, id } = input;
  const item = input.item as JsonObject | undefined;
  const base = { collection, action, stored: id !== undefined };
  const isWrite = item && (action === "create" || (action === "update" && id !== undefined));
  const provided = isWrite ? Object.keys(item).filter((name) => name !== "id") : [];
  if (id !== undefined) {
    const row = await findById(ctx, collection.slug, id);
    if (!row) throw new PlinthError("ITEM_NOT_FOUND");
    return { ...base, row, provided, ...(item && { change: item }) };
  }
  if (!item) return { ...base, row: null, provided };
  if (action === "create") return { ...base, row: newRow(asCtx, collection, item), provided };
  return { ...base, row: describedRow(ctx, collection, item), provided };
}

/** The row that a create would insert. A create with related items is only evaluated as a whole. */
function newRow(asCtx: RequestContext, collection: Collection, item: JsonObject): Row | null {
  if (hasGraph(collection, item)) return null;
  try {
    return draftCreate(asCtx, collection, item, "").row;
  } catch (error) {
    if (!(error instanceof PlinthError) || !isByRules(error)) throw error;
  }
  // No rule applies, so there are no presets either.
  return draftCreate({ ...asCtx, principal: { ...asCtx.principal, bypass: true } }, collection, item, "").row;
}

function describedRow(ctx: RequestContext, collection: Collection, item: JsonObject): Row {
  const { owner_id, created_at, updated_at, version, ...rest } = item;
  const { values } = checkInput(collection, rest, "create", "", { stored: true });
  const uuid = (): string => uuidv7(ctx.now);
  const filled = fill(collection, values, {}, { variables: ctx.variables, uuid });
  return inOrder(collection, {
    ...filled,
    id: filled.id ?? uuid(),
    owner_id: owner_id ?? null,
    created_at: created_at ?? ctx.variables.now,
    updated_at: updated_at ?? ctx.variables.now,
    version: version ?? 1,
  });
}

interface SimulatedDecision {
  readonly decision: Decision;
  /** The reason, where the rules alone do not show it. */
  readonly reason?: string;
  /** The condition on the row. */
  readonly condition?: Condition;
}

async function decide(
  ctx: RequestContext,
  target: SimulationTarget,
  item: JsonObject | undefined,
): Promise<SimulatedDecision> {
  const { principal } = ctx;
  const { collection, action, change, row } = target;
  if (principal.bypass) return { decision: "allow", reason: "The role admin may do everything." };
  const policy = policyOf(ctx, target);
  if (policy instanceof PlinthError) return refused(policy);
  if (!policy) return { decision: "deny" };
  const condition = policy;
  const simulated = (refusal: DryRunError): SimulatedDecision => ({ ...refused(refusal), condition });
  if (action === "create" && item) return simulated(await tryCreate(ctx, collection, item));
  if (change !== undefined && row) return simulated(await tryChange(ctx, collection, row.id as string, change));
  const matches = await holds(ctx, target, condition);
  if (row && matches === null) return { decision: "undecided", reason: NO_SUCH_ROW, condition };
  return { decision: matches === false ? "deny" : "allow", condition };
}

const NO_SUCH_ROW =
  "The rules look at related items, and the database refuses such a row: it refers to an item that does not exist, or a value is not unique.";

function refused(refusal: DryRunError): SimulatedDecision {
  if (refusal === null) return { decision: "allow" };
  const { code, details, message } = refusal;
  if (code === "FIELD_FORBIDDEN" || (code === "FORBIDDEN" && details?.field))
    return { decision: "deny", reason: message };
  if (isByRules(refusal)) return { decision: "deny" };
  return { decision: "undecided", reason: `The write is refused before the rules decide: ${message}` };
}

/** The condition on a row, or the error about the body. Null: nothing is allowed. */
function policyOf(
  ctx: RequestContext,
  { collection, action, provided }: SimulationTarget,
): Condition | PlinthError | null {
  const { catalog, principal } = ctx;
  if (action === "read") return readPolicy(catalog, principal, collection)?.where ?? null;
  try {
    const policy = requireWriteAccess(catalog, principal, collection, action, provided);
    return action === "create" ? policy.check : policy.where;
  } catch (error) {
    if (error instanceof PlinthError && isByRules(error)) return error;
    throw error;
  }
}

function describe(
  ctx: RequestContext,
  collection: Collection,
  condition: Condition | null,
): { where: string | null; parameters: Json[] } {
  if (!condition || isAlways(condition)) return { where: null, parameters: [] };
  const { sql: where, params } = ctx.source(collection).store.describe(condition, bind(ctx, []));
  return { where, parameters: params.map((value) => (typeof value === "bigint" ? value.toString() : (value as Json))) };
}

function reasonOf(
  { principal }: RequestContext,
  { collection, action, row }: SimulationTarget,
  evaluated: readonly EvaluatedRule[],
  decision: Decision,
  deciding: Json,
): string {
  const who = principal.roles.join(", ");
  const it = row ? "this item" : collection.slug;
  if (decision === "undecided") return NO_SUCH_ROW;
  if (decision === "deny") {
    if (isObject(deciding)) return `A deny rule for the role ${String(deciding.role)} does not let it ${action} ${it}.`;
    if (!evaluated.some(({ rule }) => rule.effect === "allow"))
      return `No rule lets ${who} ${action} ${collection.slug}.`;
    return "Rules exist, but their conditions do not hold for this item.";
  }
  if (row) return "A rule's condition holds for this item.";
  return deciding ? `A rule lets ${who} ${action} every item.` : "Allowed for items that satisfy the conditions.";
}
