import { invalid, type Json, type JsonObject } from "@plinth/core";
import { type RequestContext, runBatch, type WriteInput } from "@plinth/engine";
import { type FieldNode, type GraphQLResolveInfo, getArgumentValues } from "graphql";
import type { Arguments } from "../read/arguments.ts";
import { selectedFields } from "../read/collect.ts";
import type { ReadContext } from "../read/context.ts";
import { metaOf, type WriteMeta } from "../schema/field-meta.ts";
import type { VisibleCollections } from "../schema/visible.ts";
import { dataOf } from "./data.ts";

/** The name of the directive that makes a mutation one batch. */
export const ATOMIC_NAME = "atomic";

export interface BatchPart {
  readonly rows: Json[];
  /** Of upserts: what became of each. */
  readonly results: (string | null)[];
}

/** The results of a field of a mutation that is one batch; undefined where each field is a batch of its own. */
export async function batchPart(
  collections: VisibleCollections,
  context: ReadContext,
  info: GraphQLResolveInfo,
): Promise<BatchPart | undefined> {
  if (!info.operation.directives?.some(({ name }) => name.value === ATOMIC_NAME)) return undefined;
  context.batch ??= runOperations(collections, context.ctx, info);
  return ((await context.batch) as Map<FieldNode, BatchPart>).get(info.fieldNodes[0]!)!;
}

async function runOperations(
  collections: VisibleCollections,
  ctx: RequestContext,
  info: GraphQLResolveInfo,
): Promise<Map<FieldNode, BatchPart>> {
  const { schema, operation, variableValues } = info;
  const fields = schema.getMutationType()!.getFields();
  const root = { selectionSet: operation.selectionSet } as FieldNode;
  const planned = selectedFields(info, [root]).flatMap(([node]) => {
    const field = fields[node!.name.value];
    const meta = metaOf(field);
    if (!field || meta?.kind !== "write") return [];
    return [{ node: node!, inputs: inputsOf(collections, meta, getArgumentValues(field, node!, variableValues)) }];
  });
  const { data, meta } = await runBatch(
    ctx,
    planned.flatMap(({ inputs }) => inputs),
  );
  let from = 0;
  return new Map(
    planned.map(({ node, inputs }) => {
      const to = from + inputs.length;
      const part = { rows: data.slice(from, to), results: (meta?.results ?? []).slice(from, to) };
      from = to;
      return [node, part];
    }),
  );
}

function inputsOf(collections: VisibleCollections, { slug, writes }: WriteMeta, given: Arguments): WriteInput[] {
  const collection = slug;
  const bodies = (data: unknown): JsonObject[] =>
    (data as object[]).map((one, i) => dataOf(collections, slug, one, `data.${i}`));
  const id = given.id as string;
  const version = typeof given.if_version === "number" && { if_version: given.if_version };
  switch (writes) {
    case "create":
      return [{ op: "create", collection, data: dataOf(collections, slug, given.data as object) }];
    case "create_many":
      return bodies(given.data).map((data) => ({ op: "create", collection, data }));
    case "update":
      return [{ op: "update", collection, id, data: dataOf(collections, slug, given.data as object), ...version }];
    case "upsert":
      return bodies(given.data).map((data) => ({ op: "upsert", collection, data, ...conflictOf(given) }));
    case "delete":
      return [{ op: "delete", collection, id, ...version }];
    default:
      throw invalid(`${writes}_${slug}`, `writes by a filter cannot be part of a mutation with @${ATOMIC_NAME}`);
  }
}

export function conflictOf({ on_conflict, resolution }: Arguments) {
  return {
    on_conflict: on_conflict as string[],
    ...(typeof resolution === "string" && { resolution: resolution as "merge" | "ignore" }),
  };
}
