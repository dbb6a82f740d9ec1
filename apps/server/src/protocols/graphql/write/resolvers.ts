import type { Json, Row } from "@plinth/core";
import {
  type BulkInput,
  createItems,
  deleteItem,
  deleteItems,
  patchItem,
  patchItems,
  requireDryRun,
  upsertItems,
} from "@plinth/engine";
import type { GraphQLResolveInfo } from "graphql";
import { type Arguments, isGiven } from "../read/arguments.ts";
import type { ReadContext } from "../read/context.ts";
import { filterOf } from "../read/filter.ts";
import type { RootResolver } from "../read/resolvers.ts";
import type { WriteMeta } from "../schema/field-meta.ts";
import type { VisibleCollections } from "../schema/visible.ts";
import { type BatchPart, batchPart, conflictOf } from "./atomic.ts";
import { dataOf } from "./data.ts";
import { WrittenItems } from "./shown.ts";

type FieldWrite = (
  given: Arguments,
  context: ReadContext,
  info: GraphQLResolveInfo,
  part?: BatchPart,
) => Promise<unknown>;

/** The writes of a collection: each is one batch of the engine, or all fields of the mutation together are one. */
export function writeResolvers(
  collections: VisibleCollections,
  slug: string,
): Readonly<Record<WriteMeta["writes"], RootResolver>> {
  const resolver =
    (write: FieldWrite, isDryRun: (given: Arguments) => boolean = () => false): RootResolver =>
    async (_root, given, context, info) => {
      requireDryRun(context.ctx.principal, isDryRun(given));
      return write(given, context, info, await batchPart(collections, context, info));
    };
  // Refuses what is selected, if need be, before anything is written. In one batch that was done for all fields.
  const shownBy = (writes: WriteMeta["writes"], { ctx }: ReadContext, info: GraphQLResolveInfo): WrittenItems =>
    new WrittenItems(ctx, collections, info, {
      slug,
      writes,
      returnType: info.returnType,
      nodes: info.fieldNodes,
    });
  const body = ({ data }: Arguments) => dataOf(collections, slug, data as object);
  const bodies = ({ data }: Arguments): Json =>
    (data as object[]).map((one, i) => dataOf(collections, slug, one, `data.${i}`));
  const bulkInput = ({ filter, all, limit, dry_run }: Arguments): BulkInput => ({
    ...((isGiven(filter) || all === true) && { filter: filterOf(collections, slug, filter ?? {}) }),
    ...(all === true && { all }),
    ...(typeof limit === "number" && { limit }),
    dryRun: dry_run === true,
  });
  const wantsDryRun = ({ dry_run }: Arguments): boolean => dry_run === true;
  return {
    create: resolver(async (given, context, info, part) => {
      const { ctx } = context;
      const shown = shownBy("create", context, info);
      const row = part?.rows[0] ?? (await createItems(ctx, slug, body(given)));
      return shown.one(row as Row);
    }),
    create_many: resolver(async (given, context, info, part) => {
      const { ctx } = context;
      const shown = shownBy("create_many", context, info);
      const rows = part?.rows ?? (await createItems(ctx, slug, bodies(given)));
      return shown.all(rows as Row[]);
    }),
    update: resolver(async (given, context, info, part) => {
      const { ctx } = context;
      const shown = shownBy("update", context, info);
      const row = part?.rows[0] ?? (await patchItem(ctx, slug, given.id as string, body(given), conditionOf(given)));
      return shown.one(row as Row);
    }),
    upsert: resolver(async (given, context, info, part) => {
      const { ctx } = context;
      const shown = shownBy("upsert", context, info);
      const { rows, counts } = part
        ? { rows: part.rows, counts: countsOf(part) }
        : await upserted(await upsertItems(ctx, slug, conflictOf(given), bodies(given)));
      return { ...counts, items: await shown.all(rows as Row[]) };
    }),
    delete: resolver(
      async (given, { ctx }, _info, part) =>
        part?.rows[0] ?? deleteItem(ctx, slug, given.id as string, conditionOf(given)),
    ),
    update_many: resolver((given, { ctx }) => patchItems(ctx, slug, bulkInput(given), body(given)), wantsDryRun),
    delete_many: resolver((given, { ctx }) => deleteItems(ctx, slug, bulkInput(given)), wantsDryRun),
  };
}

function conditionOf({ if_version }: Arguments): { versions?: number[] } {
  return typeof if_version === "number" ? { versions: [if_version] } : {};
}

async function upserted({ data, meta: { inserted, updated, ignored } }: Awaited<ReturnType<typeof upsertItems>>) {
  return { rows: Array.isArray(data) ? data : [data], counts: { inserted, updated, ignored } };
}

function countsOf({ results }: BatchPart) {
  const count = (result: string): number => results.filter((one) => one === result).length;
  return { inserted: count("inserted"), updated: count("updated"), ignored: count("ignored") };
}
