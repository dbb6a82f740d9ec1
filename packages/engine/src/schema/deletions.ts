import { type CollectionDefinition, excerpt, isVirtual, orderOf, PlinthError, plural, suggest } from "@plinth/core";
import {
  changeCollectionQueries,
  definitionOf,
  deleteCollectionQueries,
  findWorkspaceState,
  mustBeNext,
} from "@plinth/db";
import type { Requirement } from "../commit/requirement.ts";
import { removeCollectionFromKeys } from "../identity/keys.ts";
import { forgetKeys } from "../identity/state.ts";
import { bindSlow } from "../kernel/bindings.ts";
import { collectionOf } from "../kernel/catalog.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { recordRules } from "../rules/rule-records.ts";
import { rulesLost } from "../rules/rules.ts";
import { requireDeletable, requireOwnField } from "./built-in.ts";
import { nextVersion, updateTables } from "./change-tables.ts";
import { checkDefinition } from "./check-definition.ts";
import { type CollectionDescription, describeCollection } from "./describe.ts";
import { withCollections } from "./junctions.ts";

/** Deletes a field and its values. `confirm` must repeat its name, unless the field stores no values. */
export async function deleteField(
  ctx: RequestContext,
  slug: string,
  name: string,
  confirm: string | undefined,
): Promise<CollectionDescription> {
  const before = collectionOf(ctx, slug);
  const field = before.fields.find((f) => f.name === name);
  if (!field)
    throw new PlinthError(
      "NOT_FOUND",
      `${slug} has no field ${excerpt(name)} to delete${suggest(
        name,
        before.fields.map((field) => field.name),
        "it has",
      )}`,
      {
        field: name,
      },
    );
  requireOwnField(before, name);
  const users = [...ctx.catalog.collections.values()].filter((other) =>
    other.fields.some(
      (f) =>
        (f.to === slug && !f.through && f.via === name) ||
        (f.through === slug && (f.via === name || f.target === name || orderOf(f)?.name === name)),
    ),
  );
  if (users.length > 0) {
    throw new PlinthError("REFERENCE_IN_USE", `Lists of ${users.map((u) => u.slug).join(", ")} use ${slug}.${name}.`, {
      field: name,
    });
  }
  if (!isVirtual(field) && confirm !== name) {
    throw new PlinthError(
      "CONFIRMATION_REQUIRED",
      `This deletes ${name} of every item; repeat with ?confirm=${name}.`,
      { field: "confirm" },
    );
  }
  const without = <T extends string[]>(sets: T[] | undefined): T[] | undefined =>
    sets?.filter((set) => !set.includes(name));
  const definition = checkDefinition(ctx.catalog, {
    ...definitionOf(before),
    fields: before.fields.filter((f) => f.name !== name),
    unique_together: without(before.unique_together),
    indexes: without(before.indexes),
  } as CollectionDefinition);
  const lost = rulesLost(ctx.catalog, withCollections(ctx.catalog, [definition]));
  if (lost.length > 0) {
    const names = lost.map(
      (rule) =>
        `${rule.id} (${rule.role} may ${rule.effect === "deny" ? "not " : ""}${rule.action} ${rule.collection})`,
    );
    throw new PlinthError("REFERENCE_IN_USE", `Rules use ${slug}.${name}: ${names.join(", ")}.`, {
      field: name,
      rules: lost.map((rule) => rule.id),
    });
  }
  const after = nextVersion(before, definition, () => false);
  const dropped = isVirtual(field) ? [] : [field];
  return updateTables(ctx, before, {
    tables: ctx.source(before).schema.changeTable({ before, after, dropped }),
    takesAway: true,
    queries: (own) => changeCollectionQueries(ctx.driver, before, after, own),
    data: describeCollection(after),
  });
}

/** Drops the table with all its data. `confirm` must repeat the slug. */
export async function deleteCollection(
  ctx: RequestContext,
  slug: string,
  confirm: string | undefined,
): Promise<CollectionDescription> {
  const collection = collectionOf(ctx, slug);
  requireDeletable(collection);
  const users = [...ctx.catalog.collections.values()].filter(
    (other) => other.slug !== slug && other.fields.some((field) => field.to === slug || field.through === slug),
  );
  if (users.length > 0) {
    const names = users.map((other) => other.slug);
    throw new PlinthError("REFERENCE_IN_USE", `${names.join(", ")} refer to ${slug}.`, {
      field: "slug",
      collections: names,
    });
  }
  if (confirm !== slug) {
    const policy = { where: { kind: "and", of: [] }, fields: null } as const;
    const items = await ctx
      .source(collection)
      .store.count({ collection, policy, where: policy.where }, bindSlow(ctx, []));
    throw new PlinthError(
      "CONFIRMATION_REQUIRED",
      `This deletes ${slug} and its ${items} ${plural(items, "item")}; repeat with ?confirm=${slug}.`,
      {
        field: "confirm",
        items,
      },
    );
  }
  const rules = ctx.catalog.rules.filter((rule) => rule.collection === slug);
  try {
    return await inTurn(ctx, async (requires) => {
      const keys = await removeCollectionFromKeys(ctx, slug);
      return updateTables(ctx, collection, {
        tables: ctx.source(collection).schema.dropTable(collection),
        takesAway: true,
        queries: (own) => [
          ...deleteCollectionQueries(ctx.driver, collection, own),
          ...keys,
          ...(rules.length > 0 ? [recordRules(ctx, "rule_delete", rules)] : []),
        ],
        requires,
        data: { slug },
      });
    });
  } finally {
    forgetKeys(ctx.engine);
  }
}

/** How often a deletion reads again what others have changed meanwhile. */
const MAX_ROUNDS = 5;

/** A write that needs what it has read of the workspace's keys to be all of them. */
async function inTurn<T>(
  { driver, catalog }: RequestContext,
  write: (requires: readonly Requirement[]) => Promise<T>,
): Promise<T> {
  const changed = new PlinthError("CONFLICT", "Another request changes the workspace at the same time. Try again.");
  for (let round = 1; ; round++) {
    const { revision = 0 } = (await findWorkspaceState(driver, catalog.workspaceId)) ?? {};
    const guard = (label: string) => [mustBeNext(driver, catalog.workspaceId, revision, label)];
    try {
      return await write([{ guard, refusal: () => changed }]);
    } catch (error) {
      if (error !== changed || round === MAX_ROUNDS) throw error;
    }
  }
}
