import {
  and,
  type Collection,
  type Condition,
  DataError,
  isUuid,
  type Mutation,
  type OrganizationRole,
  PlinthError,
  type Row,
  type SystemCollection,
} from "@plinth/core";
import { itemQueries, takeTurn } from "@plinth/db";
import type { WritePolicy } from "../../access/write-policy.ts";
import { originOf } from "../../commit/mutate.ts";
import type { Requirement } from "../../commit/requirement.ts";
import { type CursorPage, idInCursor, type PageQuery, pageById } from "../../identity/paging.ts";
import { forgetSessions } from "../../identity/state.ts";
import { bind } from "../../kernel/bindings.ts";
import { systemCollection } from "../../kernel/catalog.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { hasId, hasIdAmong, hasValues } from "../../read/conditions.ts";
import { type BuiltInWrite, changeBuiltIn, findBuiltIn, newBuiltIn, writeBuiltIn } from "../../write/built-in-items.ts";

/** What the routes of organizations share: the collections, the caller's membership in one, and how they write. */

export function collectionFor(ctx: RequestContext, kind: SystemCollection): Collection {
  const found = systemCollection(ctx.catalog, kind);
  if (found) return found;
  const message = "This workspace has no organizations; an administrator enables them with PUT /api/organizations.";
  throw new PlinthError("NOT_FOUND", message);
}

type MembershipValues = Readonly<Record<string, string>>;

const CURSOR_SORT = "id";
const TEXTS: ReadonlySet<string> = new Set(["name", "slug", "role"]);

/** The items with these values in the order of their ids, whatever the rules say: the routes decide themselves. */
export async function findItems(
  ctx: RequestContext,
  kind: SystemCollection,
  values: MembershipValues,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<Row[]> {
  const collection = collectionFor(ctx, kind);
  // Ids come from paths, and may be invalid.
  if (Object.entries(values).some(([name, value]) => !TEXTS.has(name) && !isUuid(value))) return [];
  return findBuiltIn(ctx, collection, { where: hasValues(collection, Object.keys(values), values), limit, after });
}

/** The one item with these values. */
export async function findItem(
  ctx: RequestContext,
  kind: SystemCollection,
  values: MembershipValues,
): Promise<Row | undefined> {
  return (await findItems(ctx, kind, values, { limit: 1 }))[0];
}

/** A page of the items with these values, in the order in which they were made. */
export async function pageOfItems<T>(
  ctx: RequestContext,
  kind: SystemCollection,
  values: MembershipValues,
  { page, describe }: { readonly page: PageQuery; describe(rows: readonly Row[]): Promise<readonly T[]> },
): Promise<CursorPage<T>> {
  const after = idInCursor(page.cursor, CURSOR_SORT);
  const found = await findItems(ctx, kind, values, { limit: page.limit + 1, after });
  const rows = pageById(found as (Row & { id: string })[], page.limit, CURSOR_SORT, (row) => row);
  return { ...rows, data: [...(await describe(rows.data))] };
}

export async function findAmong(ctx: RequestContext, kind: SystemCollection, ids: readonly string[]): Promise<Row[]> {
  const collection = collectionFor(ctx, kind);
  return ids.length === 0
    ? []
    : findBuiltIn(ctx, collection, { where: hasIdAmong(collection, ids), limit: ids.length });
}

/** A new item with every field: the built-in ones given, and defaults for those that the workspace has added. */
export function newItem(
  ctx: RequestContext,
  kind: SystemCollection,
  values: Row,
  presets: WritePolicy["presets"] = {},
): Mutation & { kind: "insert" } {
  return newBuiltIn(ctx, collectionFor(ctx, kind), values, presets);
}

export function changeItem(ctx: RequestContext, kind: SystemCollection, id: string, set: Row): Mutation {
  return changeBuiltIn(ctx, collectionFor(ctx, kind), id, set);
}

export function removeItem(ctx: RequestContext, kind: SystemCollection, id: string): Mutation {
  const collection = collectionFor(ctx, kind);
  return { kind: "delete", collection, where: hasId(collection, id) };
}

/** Fails the batch under the label where no item has these values. */
export function mustHave(
  ctx: RequestContext,
  kind: SystemCollection,
  values: MembershipValues,
  label: string,
): Mutation {
  const collection = collectionFor(ctx, kind);
  return { kind: "guard", label, collection, where: hasValues(collection, Object.keys(values), values) };
}

/** Fails the batch where the item does not satisfy what a rule says of it. */
export function mustSatisfy(ctx: RequestContext, kind: SystemCollection, id: string, check: Condition): Mutation {
  const collection = collectionFor(ctx, kind);
  return { kind: "guard", label: "check", collection, where: and(hasId(collection, id), check) };
}

/** However many add one at the same time: all take turns by the name. */
export function holdsFewItems(
  ctx: RequestContext,
  kind: SystemCollection,
  values: MembershipValues,
  { most, refusal }: { readonly most: number; readonly refusal: () => PlinthError },
): Requirement {
  const collection = collectionFor(ctx, kind);
  const where = hasValues(collection, Object.keys(values), values);
  const expect = [{ op: "lte", count: most }] as const;
  return {
    guard: (label) => [
      ...takeTurn(ctx.driver, JSON.stringify([kind, values])),

      ...itemQueries(ctx.driver, [{ kind: "guard", label, collection, where, expect }], bind(ctx, []), originOf(ctx)),
    ],
    refusal,
  };
}

/** Changes of members of one organization run one after another: each sees what the one before has left. */
export function inTurnOf(ctx: RequestContext, organization: string): Mutation {
  return changeItem(ctx, "organizations", organization, {});
}

/** One batch. Sessions are looked up again, as they know their users' organizations. */
export function write<T>(ctx: RequestContext, write: Omit<BuiltInWrite<T>, "forget">): Promise<T> {
  return writeBuiltIn(ctx, { ...write, forget: forgetSessions }).catch(refuseChangedRole);
}

/** The caller's own membership in an organization, or the rights of an administrator of the workspace. */
export interface OwnMembership {
  readonly organization: Row;
  /** The caller's own; `owner` for administrators. */
  readonly role: OrganizationRole;
  /**
   * For each batch that relies on the role: it fails if the caller has another one by now. After `inTurnOf` where the batch gives
   * something that a change of the caller's role takes back.
   */
  readonly mustHold: readonly Mutation[];
}

const ROLE_HELD = "role in the organization";

function refuseChangedRole(error: unknown): never {
  if (!(error instanceof DataError) || error.guard !== ROLE_HELD) throw error;
  const message = "Your role in the organization has changed since the request began.";
  throw new PlinthError("FORBIDDEN", message, undefined, { cause: error });
}

const RANK: Readonly<Record<OrganizationRole, number>> = { member: 0, admin: 1, owner: 2 };

/** Who is no member learns nothing, not even that there is such an organization. */
export async function requireMembership(
  ctx: RequestContext,
  id: string,
  least: OrganizationRole,
): Promise<OwnMembership> {
  const { principal } = ctx;
  const organization = await findItem(ctx, "organizations", { id });
  const missing = () => new PlinthError("NOT_FOUND", "There is no such organization, or you are not a member.");
  if (!organization) throw missing();
  if (principal.bypass) return { organization, role: "owner", mustHold: [] };
  const membership = { organization: id, user: principal.id! };
  const own = await findItem(ctx, "organization_members", membership);
  if (!own) throw missing();
  const role = own.role as OrganizationRole;
  if (RANK[role] < RANK[least]) throw new PlinthError("FORBIDDEN", `This needs the role ${least} in the organization.`);
  return { organization, role, mustHold: [mustHave(ctx, "organization_members", { ...membership, role }, ROLE_HELD)] };
}

/** Whether a member with the one role may invite somebody to the other. */
export function mayInvite(own: OrganizationRole, other: OrganizationRole): boolean {
  return RANK[own] >= RANK.admin && RANK[other] <= RANK[own];
}

/** Nobody gives or takes a role above the own. */
export function requireRank(own: OrganizationRole, other: OrganizationRole): void {
  if (RANK[other] <= RANK[own]) return;
  throw new PlinthError("FORBIDDEN", `The role ${other} is above your own in this organization.`, { field: "role" });
}
