import {
  type Collection,
  type Condition,
  DataError,
  excerpt,
  FULL_ACCESS,
  type Mutation,
  PlinthError,
  type Row,
  type SqlQuery,
} from "@plinth/core";
import { itemQueries } from "@plinth/db";
import { originOf } from "../../commit/mutate.ts";
import { bind } from "../../kernel/bindings.ts";
import { systemCollection } from "../../kernel/catalog.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { hasIdAmong, hasValues } from "../../read/conditions.ts";

/** A user is a member of no more. */
const MAX_OWNED = 100;
/** The label of the guard. */
const OWNER = "organization owner";
/** Of a message: further ones are counted. */
const MAX_NAMED = 5;

interface OwnedOrganizations {
  readonly organizations: Collection;
  readonly members: Collection;
  readonly ids: readonly string[];
}

/**
 * The statements by which a user who is being deleted leaves the organizations that it owns, as an owner leaves one: the
 * batch fails where nobody else owns one of them. Those who own it go one after another.
 */
export async function leaveOwnedOrganizations(ctx: RequestContext, userId: string): Promise<SqlQuery[]> {
  const owned = await ownedBy(ctx, userId);
  if (!owned) return [];
  const { organizations, members, ids } = owned;
  const items: Mutation[] = [
    {
      kind: "update",
      collection: organizations,
      where: hasIdAmong(organizations, ids),
      set: { updated_at: ctx.variables.now },
    },
    { kind: "delete", collection: members, where: isOwner(members, { user: userId }) },
    ...ids.map((organization): Mutation => {
      return { kind: "guard", label: OWNER, collection: members, where: isOwner(members, { organization }) };
    }),
  ];
  return itemQueries(ctx.driver, items, bind(ctx, []), originOf(ctx));
}

/** For `catch`: names the organizations that would have no owner. */
export function refuseOwnerless(ctx: RequestContext, userId: string): (error: unknown) => Promise<never> {
  return async (error) => {
    if (!(error instanceof DataError) || error.guard !== OWNER) throw error;
    const names = await ownedAlone(ctx, userId);
    const more = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : "";
    const which = names.slice(0, MAX_NAMED).map(excerpt).join(", ") + more;
    const who = ctx.principal.id === userId ? "You are" : "This user is";
    throw new PlinthError(
      "CONFLICT",
      `${who} the only owner of ${which || "an organization"}. First give the role owner to another member of each, or delete it.`,
      undefined,
      { cause: error },
    );
  };
}

async function ownedAlone(ctx: RequestContext, userId: string): Promise<string[]> {
  const owned = await ownedBy(ctx, userId);
  if (!owned) return [];
  const names: string[] = [];
  for (const organization of owned.ids) {
    const owners = await find(ctx, owned.members, isOwner(owned.members, { organization }), 2);
    if (owners.length > 1) continue;
    const [row] = await find(ctx, owned.organizations, hasIdAmong(owned.organizations, [organization]), 1);
    if (row) names.push(row.name as string);
  }
  return names;
}

async function ownedBy(ctx: RequestContext, userId: string): Promise<OwnedOrganizations | undefined> {
  const organizations = systemCollection(ctx.catalog, "organizations");
  const members = systemCollection(ctx.catalog, "organization_members");
  if (!organizations || !members) return undefined;
  const rows = await find(ctx, members, isOwner(members, { user: userId }), MAX_OWNED);
  return rows.length === 0
    ? undefined
    : { organizations, members, ids: rows.map(({ organization }) => organization as string) };
}

function isOwner(members: Collection, of: { readonly user: string } | { readonly organization: string }): Condition {
  const values = { ...of, role: "owner" };
  return hasValues(members, Object.keys(values), values);
}

async function find(ctx: RequestContext, collection: Collection, where: Condition, limit: number): Promise<Row[]> {
  const sort = [{ ref: { field: collection.byName.get("id")! }, direction: "asc" as const }];
  const tree = { collection, policy: FULL_ACCESS, where, select: null, sort, limit: { value: limit } };
  return (await ctx.source(collection).store.find(tree, bind(ctx, []))).rows;
}
