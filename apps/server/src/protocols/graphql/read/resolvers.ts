import { invalid, type Json, PlinthError, type Row, recover } from "@plinth/core";
import { aggregateItems, getItem, type ListInput, listItems } from "@plinth/engine";
import {
  type FieldNode,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getNamedType,
} from "graphql";
import type { VisibleCollections } from "../schema/visible.ts";
import { type Arguments, listArgumentsOf } from "./arguments.ts";
import { selectedFields } from "./collect.ts";
import type { ReadContext, ShownRow } from "./context.ts";
import { readInTurn } from "./in-turn.ts";
import { SelectionReader } from "./selection.ts";

export type RootResolver = GraphQLFieldResolver<unknown, ReadContext, Arguments>;

/** The reads of a collection: each is one list, item or aggregate of the engine, with all that is selected below it. */
export interface RootResolvers {
  readonly list: RootResolver;
  readonly item: RootResolver;
  readonly connection: RootResolver;
  readonly aggregate: RootResolver;
  readonly groups: RootResolver;
}

export function rootResolvers(collections: VisibleCollections, slug: string): RootResolvers {
  const reader = (info: GraphQLResolveInfo) => new SelectionReader(info, collections);
  const aggregated = (given: Arguments, context: ReadContext, info: GraphQLResolveInfo): Promise<Row[]> => {
    const input = reader(info).aggregateInput(slug, resultType(info), given, info.fieldNodes);
    return readInTurn(context, info, () => aggregateItems(context.ctx, slug, input));
  };
  return {
    async list(_root, given, context, info) {
      const selection = reader(info).items(resultType(info), info.fieldNodes);
      const input = { ...listArgumentsOf(collections, slug, given), ...selection };
      return (await readInTurn(context, info, () => listItems(context.ctx, slug, input))).data;
    },
    async item(_root, { id }, context, info) {
      const selection = reader(info).items(resultType(info), info.fieldNodes);
      return readInTurn(context, info, async () => {
        const shown = await recover(() => getItem(context.ctx, slug, id as string, selection), noItem);
        return shown?.row ?? null;
      });
    },
    async connection(_root, given, context, info) {
      const { ctx } = context;
      const wanted = wantedOf(info);
      const selection = reader(info).itemsOfAll(wanted.type, wanted.nodes);
      const paging = pageOf(given, ctx.engine.config.maxLimit);
      const input = { ...listArgumentsOf(collections, slug, given), ...paging, ...selection };
      const counts = wanted.total && { counts: { filter: true } };
      return connectionOf(paging, await readInTurn(context, info, () => listItems(ctx, slug, { ...input, ...counts })));
    },
    async aggregate(_root, given, context, info) {
      return (await aggregated(given, context, info))[0];
    },
    groups: async (_root, given, context, info) => aggregated(given, context, info),
  };
}

function resultType({ returnType }: GraphQLResolveInfo): GraphQLObjectType {
  return getNamedType(returnType) as GraphQLObjectType;
}

/** Whether there is an item is an answer, not an error. */
function noItem(error: unknown): undefined {
  if (error instanceof PlinthError && error.code === "ITEM_NOT_FOUND") return undefined;
  throw error;
}

interface WantedConnection {
  readonly type: GraphQLObjectType;
  readonly nodes: readonly (readonly FieldNode[])[];
  readonly total: boolean;
}

/** Items are selected below `nodes` and below `edges { node }`, under any alias. */
function wantedOf(info: GraphQLResolveInfo): WantedConnection {
  const connection = resultType(info);
  const { nodes: items } = connection.getFields();
  const nodes: (readonly FieldNode[])[] = [];
  let total = false;
  for (const group of selectedFields(info, info.fieldNodes)) {
    const { value: name } = group[0]!.name;
    if (name === "nodes") nodes.push(group);
    else if (name === "totalCount") total = true;
    else if (name === "edges")
      nodes.push(...selectedFields(info, group).filter(([node]) => node!.name.value === "node"));
  }
  return { type: getNamedType(items!.type) as GraphQLObjectType, nodes, total };
}

type Paging = Pick<ListInput, "limit" | "cursor" | "backwards" | "cursors">;

function pageOf({ first, after, last, before }: Arguments, maxLimit: number): Paging {
  const [fromStart, fromEnd] = [first ?? after, last ?? before].map((value) => value !== undefined && value !== null);
  if (fromStart && fromEnd) throw invalid("last", "first goes with after, and last with before; use one of the pairs");
  const limit = (fromEnd ? last : first) as number | null | undefined;
  if (typeof limit === "number" && (limit < 1 || limit > maxLimit))
    throw invalid(fromEnd ? "last" : "first", `expected a whole number from 1 to ${maxLimit}`);
  const cursor = ((fromEnd ? before : after) ?? null) as string | null;
  return { ...(typeof limit === "number" && { limit }), cursor, backwards: fromEnd === true, cursors: true };
}

function connectionOf({ cursor, backwards }: Paging, page: Record<string, Json>) {
  const rows = page.data as ShownRow[];
  const cursors = page.cursors as string[];
  const more = page.has_more === true;
  // The page begins beyond an item, which is on the other side of it.
  const other = cursor !== null;
  return {
    nodes: rows,
    edges: rows.map((node, i) => ({ node, cursor: cursors[i] })),
    pageInfo: {
      hasNextPage: backwards ? other : more,
      hasPreviousPage: backwards ? more : other,
      startCursor: cursors[0] ?? null,
      endCursor: cursors.at(-1) ?? null,
    },
    totalCount: (page.meta as { filter_count?: number } | undefined)?.filter_count,
  };
}
