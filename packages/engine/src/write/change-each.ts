import {
  ALWAYS,
  and,
  type Collection,
  fieldPolicyOf,
  invalid,
  isAlways,
  isUuid,
  type Json,
  type JsonObject,
  type Mutation,
  not,
  PlinthError,
  plural,
  type Row,
} from "@plinth/core";
import { readPolicy } from "../access/read-policy.ts";
import { requireWriteAccess, type WritePolicy } from "../access/write-policy.ts";
import { bindSlow } from "../kernel/bindings.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { hasIdAmong } from "../read/conditions.ts";
import { mayBreak, prepareChange, transitionsFor } from "./change.ts";
import { explainWriteError } from "./errors.ts";
import { referenceChecks } from "./reference-access.ts";
import type { WriteStep } from "./write-batch.ts";

/** The checked change of one item among others. */
export interface PreparedRowChange {
  /** Of the file that has it, from 1. */
  readonly row: number;
  readonly id: string;
  /** The version that the item must have. Undefined: any. */
  readonly version: number | undefined;
  readonly provided: readonly string[];
  readonly values: Row;
}

/** Everything about the change of one item that needs no database. `id` and `version` are those of the item. */
export function prepareRowChange(
  ctx: RequestContext,
  collection: Collection,
  row: number,
  { id, version, ...body }: JsonObject,
): PreparedRowChange {
  if (!isUuid(id)) throw invalid("id", "expected the id of the item that the row changes");
  const { provided, values } = prepareChange(ctx, collection, body, "partial", "", { stored: true });
  if (provided.length === 0) throw invalid("body", "expected at least one field to set");
  return { row, id: id.toLowerCase(), version: versionIn(collection, version), provided, values };
}

function versionIn({ slug, columns }: Collection, version: Json | undefined): number | undefined {
  if (version === undefined || version === null) return undefined;
  if (!columns.version) throw invalid("version", `items of ${slug} have none; leave it out`);
  if (typeof version === "number" && Number.isSafeInteger(version)) return version;
  throw invalid("version", "expected the version that the item has");
}

/** Items that take values for the same fields, and so under the same rules. */
interface Alike {
  readonly fields: readonly string[];
  readonly policy: WritePolicy;
  readonly changes: readonly PreparedRowChange[];
}

/** Changes each of these items in its own way. Nothing is written unless all are there and have the versions of their rows. */
export function changeEach(
  ctx: RequestContext,
  collection: Collection,
  changes: readonly PreparedRowChange[],
): WriteStep {
  const groups = alikeIn(ctx, collection, changes);
  // The rules are asked for all rows before the first is changed: the change of one may be what the rule of another looks at.
  const trees = [
    ...groups.map((group) => mustBeThere(collection, group)),
    ...groups.map((group) => changeOf(ctx, collection, group)),
    ...groups.flatMap((group) => mustKeepRules(collection, group)),
  ];
  const references = groups.flatMap(({ policy, changes: own }) =>
    own.map(({ values, provided }) => ({ row: values, provided, policy })),
  );
  return {
    trees,
    references: referenceChecks(ctx, collection, references),
    async explain(error, _reason, failedBatch) {
      if (error.kind !== "guard") return explainWriteError(ctx, error, collection, trees, failedBatch);
      return (
        (await outrun(ctx, collection, changes)) ??
        new PlinthError("FORBIDDEN", `No rule lets you make this change to all these items of ${collection.slug}.`)
      );
    },
  };
}

function alikeIn(ctx: RequestContext, collection: Collection, changes: readonly PreparedRowChange[]): Alike[] {
  const groups = Map.groupBy(changes, ({ provided }) => JSON.stringify([...provided].sort()));
  return [...groups.values()].map((own) => {
    const { provided } = own[0]!;
    const policy = requireWriteAccess(ctx.catalog, ctx.principal, collection, "update", provided);
    return { fields: provided, policy, changes: own };
  });
}

function mustBeThere(collection: Collection, { policy, changes }: Alike): Mutation {
  const ids = changes.map(({ id }) => id);
  const where = and(hasIdAmong(collection, ids), policy.where);
  return {
    ...{ kind: "guard", label: "target", collection, where, locks: true },
    expect: [{ op: "eq", count: ids.length }],
  };
}

function changeOf(ctx: RequestContext, collection: Collection, { fields, policy, changes }: Alike): Mutation {
  const transitions = transitionsFor(policy, fields);
  return {
    // It is several statements: the rule must not be asked again after the first of them.
    ...{ kind: "update_each", collection, where: ALWAYS, fields, rows: changes, label: "version" },
    set: { updated_at: ctx.variables.now },
    ...(transitions && { transitions: { of: transitions, label: "check" } }),
  };
}

function mustKeepRules(collection: Collection, { fields, policy, changes }: Alike): Mutation[] {
  if (!mayBreak(policy, fields) || isAlways(policy.check)) return [];
  const ids = changes.map(({ id }) => id);
  const where = and(hasIdAmong(collection, ids), not(policy.check));
  return [{ kind: "guard", label: "check", collection, where, expect: "none" }];
}

/** Rows that an error names. */
const MAX_NAMED = 100;

/** The error about rows whose items are not there any more, or have another version. Undefined: there are none. */
export async function outrun(
  ctx: RequestContext,
  collection: Collection,
  changes: readonly PreparedRowChange[],
): Promise<PlinthError | undefined> {
  const found = new Map<string, number | null>();
  for (const { policy, changes: own } of alikeIn(ctx, collection, changes)) {
    const ids = own.map(({ id }) => id);
    const where = hasIdAmong(collection, ids);
    const select = collection.columns.version ? ["id", "version"] : ["id"];
    const tree = {
      ...{ collection, policy: { where: policy.where, fields: null }, where, select },
      ...{ sort: [], limit: { value: ids.length } },
    };
    const { rows } = await ctx.source(collection).store.find(tree, bindSlow(ctx, []));
    for (const { id, version = null } of rows) found.set(id as string, version as number | null);
  }
  const isOther = ({ id, version }: PreparedRowChange) => version !== undefined && found.get(id) !== version;
  const others = changes.filter((change) => !found.has(change.id) || isOther(change));
  if (others.length === 0) return undefined;
  const named = others.slice(0, MAX_NAMED);
  return outrunError(collection, { others, named, versions: await readableVersions(ctx, collection, named) });
}

/** By id. Whoever may change an item may not have the right to read it, or its version. */
async function readableVersions(
  ctx: RequestContext,
  collection: Collection,
  changes: readonly PreparedRowChange[],
): Promise<ReadonlyMap<string, number>> {
  const policy = readPolicy(ctx.catalog, ctx.principal, collection);
  if (!policy || !collection.columns.version || fieldPolicyOf(policy, "version") === undefined) return new Map();
  const ids = changes.map(({ id }) => id);
  const tree = {
    ...{ collection, policy, where: hasIdAmong(collection, ids), select: ["id", "version"] },
    ...{ sort: [], limit: { value: ids.length } },
  };
  const { rows } = await ctx.source(collection).store.find(tree, bindSlow(ctx, []));
  const shown = rows.filter(({ version }) => typeof version === "number");
  return new Map(shown.map(({ id, version }): [string, number] => [id as string, version as number]));
}

function outrunError(
  { slug }: Collection,
  {
    others,
    named,
    versions,
  }: {
    readonly others: readonly PreparedRowChange[];
    readonly named: readonly PreparedRowChange[];
    readonly versions: ReadonlyMap<string, number>;
  },
): PlinthError {
  const rows = named.map(({ row, id }) => ({ row, id, version: versions.get(id) ?? null }));
  const details = { rows, rows_total: others.length };
  // Who names a version knows that the item was there.
  const isGone = others.every(({ version }) => version === undefined);
  const first = `the first in row ${others[0]!.row}`;
  const gone = `${others.length} ${plural(others.length, "row names an item", "rows name items")} that ${slug} does not have`;
  const changed = `${others.length} ${plural(others.length, "item of", "items of")} ${slug} ${plural(others.length, "has", "have")} changed since`;
  return isGone
    ? new PlinthError("ITEM_NOT_FOUND", `${gone}, ${first}; nothing was written.`, details)
    : new PlinthError("PRECONDITION_FAILED", `${changed}, ${first}; nothing was written.`, details);
}
