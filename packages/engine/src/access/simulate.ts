import {
  ACTIONS,
  type Action,
  and,
  type Collection,
  type Condition,
  evaluate,
  FULL_ACCESS,
  invalid,
  type Json,
  type JsonObject,
  PlinthError,
  type Principal,
  ROLE_ADMIN,
  ROLE_PUBLIC,
  type Row,
  reachesOut,
  variablesOf,
} from "@plinth/core";
import { describeCondition, dialectOf, system, systemDatabase } from "@plinth/db";
import * as sql from "drizzle-orm";
import * as z from "zod";
import { collectionOf } from "../catalog.ts";
import type { Scope } from "../engine.ts";
import { userPrincipal } from "../identity/session-identity.ts";
import { assignedRoles } from "../identity/users.ts";
import { checkInput, fill, inOrder } from "../items/input.ts";
import { findById } from "../items/read.ts";
import { hasId } from "../writes/conditions.ts";
import { readAccess, rulesFor } from "./read-access.ts";
import { requireWriteAccess } from "./write-access.ts";

export const simulateSchema = z
  .strictObject({
    userId: z.string().optional(),
    roles: z.array(z.string()).max(50).optional(),
    collection: z.string(),
    action: z.enum(ACTIONS),
    id: z.string().optional().describe("An item to judge"),
    item: z.record(z.string(), z.json()).optional().describe("A row to judge, as it would be stored"),
  })
  .refine((input) => !(input.item && input.id), { message: "give id or item, not both", path: ["item"] });

export type Simulate = z.infer<typeof simulateSchema>;

/** Explains what the rules would decide for a user or a set of roles, and why. Changes nothing. */
export async function simulate(scope: Scope, input: Simulate): Promise<Record<string, Json>> {
  const collection = collectionOf(scope.catalog, input.collection);
  const principal = await principalOf(scope, input);
  const variables = variablesOf(principal, scope.now);
  const { allow, deny } = rulesFor(scope.catalog, principal.roles, collection, input.action);
  const row = await rowOf(scope, collection, input);
  const as: Scope = { ...scope, principal, variables };
  const target: Target = { collection, row, stored: input.id !== undefined };
  const judged: Record<string, unknown>[] = [];
  for (const { rule, condition } of [...allow, ...deny]) {
    const matches = await holdsFor(as, target, condition);
    judged.push({ ...rule, ...(matches !== null && { matches }) });
  }
  const decision = await decide(as, input.action, target);
  return {
    ...decision,
    roles: [...principal.roles],
    bypass: principal.bypass,
    matchedRules: judged as unknown as Json,
    variables: { ...variables, "user.roles": [...variables["user.roles"]] },
  };
}

async function principalOf(scope: Scope, input: Simulate): Promise<Principal> {
  const { workspaceId } = scope.catalog;
  if (input.userId !== undefined) {
    const { users } = system;
    const [user] = await systemDatabase(scope.driver)
      .select({ id: users.id, workspaceId: users.workspaceId, email: users.email })
      .from(users)
      .where(sql.and(sql.eq(users.id, input.userId), sql.eq(users.workspaceId, workspaceId)));
    if (!user) throw invalid("userId", "there is no such user");
    return userPrincipal(user, await assignedRoles(scope.driver, workspaceId, user.id));
  }
  const given = input.roles ?? [];
  given.forEach((role, i) => {
    if (!scope.catalog.roles.has(role)) throw invalid(`roles.${i}`, `there is no role ${role}`);
  });
  const roles = [...new Set([ROLE_PUBLIC, ...given])];
  const kind = roles.length > 1 ? "user" : "anonymous";
  return { kind, workspaceId, roles, bypass: roles.includes(ROLE_ADMIN), operator: false };
}

async function rowOf(scope: Scope, collection: Collection, input: Simulate): Promise<Row | null> {
  if (input.id !== undefined) {
    const row = await findById(scope, collection.slug, input.id);
    if (!row) throw new PlinthError("ITEM_NOT_FOUND");
    return row;
  }
  if (!input.item) return null;
  const { owner_id, created_at, updated_at, version, ...rest } = input.item as JsonObject;
  const { values } = checkInput(collection, rest, "create");
  const context = { variables: scope.variables, uuid: () => "" };
  const filled = fill(collection, values, {}, context);
  return inOrder(collection, {
    ...filled,
    owner_id: owner_id ?? null,
    created_at: created_at ?? scope.variables.now,
    updated_at: updated_at ?? scope.variables.now,
    version: version ?? 1,
  });
}

/** What is judged: no row, one that is only given, or one that is stored. */
interface Target {
  readonly collection: Collection;
  readonly row: Row | null;
  readonly stored: boolean;
}

/** Null where there is nothing to judge, or where related items decide about a row that has none yet. */
async function holdsFor(scope: Scope, target: Target, condition: Condition): Promise<boolean | null> {
  const { collection, row, stored } = target;
  const bindings = { values: [], variables: scope.variables };
  if (!row) return null;
  if (!reachesOut(condition)) return evaluate(condition, row, bindings);
  if (!stored) return null;
  const where = and(hasId(collection, row.id as string), condition);
  return (await scope.store.count({ collection, access: FULL_ACCESS, where }, bindings)) > 0;
}

interface Decision {
  allowed: boolean;
  reason: string;
  fields: string[] | null;
  where: string | null;
  itemMatches: boolean | null;
}

async function decide(scope: Scope, action: Action, target: Target): Promise<Decision & Record<string, Json>> {
  const { principal } = scope;
  const { collection, row } = target;
  if (principal.bypass) {
    return {
      allowed: true,
      reason: "The role admin may do everything.",
      fields: null,
      where: null,
      itemMatches: row ? true : null,
    };
  }
  const access =
    action === "read" ? readAccess(scope.catalog, principal, collection) : writeOf(scope, collection, action);
  if (!access) {
    const reason = `No rule lets ${principal.roles.join(", ")} ${action} ${collection.slug}.`;
    return { allowed: false, reason, fields: [], where: null, itemMatches: row ? false : null };
  }
  const condition = action === "create" && "check" in access ? access.check : access.where;
  const itemMatches = await holdsFor(scope, target, condition);
  const always = condition.kind === "and" && condition.of.length === 0;
  const where = always ? null : describeCondition(dialectOf(scope.driver), condition);
  const allowed = itemMatches !== false;
  const reason = always
    ? `A rule lets ${principal.roles.join(", ")} ${action} every item.`
    : itemMatches === false
      ? "Rules exist, but their conditions do not hold for this item."
      : itemMatches
        ? "A rule's condition holds for this item."
        : "Allowed for items that satisfy the conditions.";
  const fields = "fields" in access && access.fields ? [...access.fields.keys()] : null;
  return { allowed, reason, fields, where, itemMatches };
}

function writeOf(scope: Scope, collection: Collection, action: Exclude<Action, "read">) {
  try {
    return requireWriteAccess(scope.catalog, scope.principal, collection, action, []);
  } catch (error) {
    if (error instanceof PlinthError && error.status < 500) return null;
    throw error;
  }
}
