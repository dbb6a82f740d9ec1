import {
  builtInGroup,
  type Collection,
  invalid,
  isEqual,
  type Json,
  PlinthError,
  type SystemCollection,
  USERS_SLUG,
} from "@plinth/core";
import { insertCollection } from "@plinth/db";
import { requireCatalogRoom } from "../commit/room.ts";
import { systemCollection, usersIn } from "../kernel/catalog.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { Lru } from "../kernel/lru.ts";
import { slugTaken, updateTables } from "./change-tables.ts";
import { type CollectionChange, createCollection, newCollection, planChange, targetsOf } from "./collections.ts";
import type { CreateCollection, MakeCollection, UpdateCollection } from "./definition.ts";
import { type CollectionDescription, describeCollection } from "./describe.ts";

/** What a request asks for: a collection of the workspace's own, or one that Plinth itself keeps. */
export async function makeCollection(
  ctx: RequestContext,
  { system, ...input }: MakeCollection,
): Promise<CollectionDescription> {
  return system === undefined ? createCollection(ctx, input) : makeBuiltIn(ctx, system, input);
}

/**
 * Makes a built-in collection with what the workspace adds to it, and those that it needs: all in one batch. Unlike a first bucket, or
 * `PUT /api/organizations`, it adds nothing else and no rules.
 */
async function makeBuiltIn(
  ctx: RequestContext,
  system: SystemCollection,
  input: CreateCollection,
): Promise<CollectionDescription> {
  const { catalog, driver } = ctx;
  const made = missingGroup(ctx, system, input).map((one) => newCollection(ctx, one));
  const plain = made.find((one) => one.system === system)!;
  const collections = new Map([...catalog.collections, ...made.map((one) => [one.slug, one] as const)]);
  const within: RequestContext = { ...ctx, catalog: { ...catalog, collections, memoized: new Lru(1) } };
  const change = changeOf(within, plain, input);
  const { schema } = ctx.source(plain);
  const targetOf = targetsOf(ctx, made);
  return updateTables(ctx, plain, {
    tables: [...made.flatMap((one) => schema.createTable(one, targetOf)), ...(change?.tables ?? [])],
    requires: [requireCatalogRoom(ctx, "collections", made.length + (change?.made.length ?? 0))],
    queries: (tables) => [
      ...made.map((one) => insertCollection(driver, one)),
      ...(change ? change.entries(tables) : tables),
    ],
    data: describeCollection(change?.after ?? plain),
  });
}

/** What the definition has beside that of every such collection; undefined: nothing. */
function changeOf(ctx: RequestContext, plain: Collection, input: CreateCollection): CollectionChange | undefined {
  const { fields, unique_together, indexes, indexed_paths, default_sort, note } = input;
  const wanted = { unique_together, indexes, indexed_paths, default_sort, note };
  const other = Object.entries(wanted).filter(
    ([key, value]) => value !== undefined && !isEqual(value, plain[key as keyof typeof wanted] as Json),
  );
  if (fields.length === 0 && other.length === 0) return undefined;
  const body: UpdateCollection = { fields, ...Object.fromEntries(other) };
  const change = planChange(ctx, plain, body);
  const isSame = other.length === 0 && isEqual(describe(change.after), describe(plain));
  return isSame ? undefined : change;
}

function describe(collection: Collection): Json {
  const { version: _, ...rest } = describeCollection(collection);
  return rest;
}

function missingGroup({ catalog }: RequestContext, system: SystemCollection, input: CreateCollection) {
  const there = systemCollection(catalog, system);
  if (there) throw slugTaken(there.slug, there);
  const group = builtInGroup(system, usersIn(catalog)?.slug ?? USERS_SLUG);
  if (group.length === 0)
    throw new PlinthError("CONFLICT", `system: every workspace has its collection of ${system}`, { field: "system" });
  if (input.slug !== system) throw invalid("slug", `the built-in collection ${system} has no other name`);
  if (input.kind !== "managed") throw invalid("kind", `${system} is built in and managed`);
  if (input.owner_scoped) throw invalid("owner_scoped", `is for collections of your own; give ${system} rules instead`);
  for (const { slug } of group) {
    const taken = catalog.collections.get(slug);
    if (taken) throw slugTaken(slug, taken);
  }
  return group;
}
