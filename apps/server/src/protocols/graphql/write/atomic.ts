import { invalid, type Json, type JsonObject, PlinthError } from "@plinth/core";
import { MAX_BATCH_OPERATIONS, type RequestContext, runBatch, type WriteInput } from "@plinth/engine";
import { type FieldNode, type GraphQLResolveInfo, getArgumentValues } from "graphql";
import type { Arguments } from "../read/arguments.ts";
import { selectedFields } from "../read/collect.ts";
import type { ReadContext } from "../read/context.ts";
import { metaOf, type WriteMeta } from "../schema/field-meta.ts";
import type { VisibleCollections } from "../schema/visible.ts";
import { inFieldTerms, RefusedField } from "./atomic-errors.ts";
import { dataOf } from "./data.ts";
import { WrittenItems } from "./shown.ts";

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
  const node = info.fieldNodes[0]!;
  try {
    return ((await context.batch) as Map<FieldNode, BatchPart>).get(node)!;
  } catch (error) {
    throw error instanceof RefusedField ? error.shownAt(keyOf(node)) : error;
  }
}

function keyOf({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}

/** A field of the mutation, and its operations in the batch. */
interface PlannedField {
  readonly node: FieldNode;
  readonly inputs: readonly WriteInput[];
  /** Whether the operations are of a list in `data`. */
  readonly isList: boolean;
}

async function runOperations(
  collections: VisibleCollections,
  ctx: RequestContext,
  info: GraphQLResolveInfo,
): Promise<Map<FieldNode, BatchPart>> {
  const planned = plannedFields(collections, ctx, info);
  const inputs = planned.flatMap((field) => field.inputs);
  if (inputs.length > MAX_BATCH_OPERATIONS)
    throw invalid(
      "data",
      `a mutation with @${ATOMIC_NAME} may write ${MAX_BATCH_OPERATIONS} items, with all its fields, and this one has ${inputs.length}`,
      "LIMIT_EXCEEDED",
    );
  const { data, meta } = await runBatch(ctx, inputs).catch((error: unknown) => {
    throw refusedField(planned, error);
  });
  let from = 0;
  return new Map(
    planned.map(({ node, inputs: { length } }) => {
      const to = from + length;
      const part = { rows: data.slice(from, to), results: (meta?.results ?? []).slice(from, to) };
      from = to;
      return [node, part];
    }),
  );
}

/** Also checks what is selected below each field, before anything is written. */
function plannedFields(collections: VisibleCollections, ctx: RequestContext, info: GraphQLResolveInfo): PlannedField[] {
  const { schema, operation, variableValues } = info;
  const fields = schema.getMutationType()!.getFields();
  const root = { selectionSet: operation.selectionSet } as FieldNode;
  return selectedFields(info, [root]).flatMap((nodes): PlannedField[] => {
    const node = nodes[0]!;
    const field = fields[node.name.value];
    const meta = metaOf(field);
    if (!field || meta?.kind !== "write") return [];
    const { slug, writes } = meta;
    try {
      const inputs = inputsOf(collections, meta, getArgumentValues(field, node, variableValues));
      if (inputs.length === 0) throw invalid("data", "expected at least one item");
      if (writes !== "delete")
        new WrittenItems(ctx, collections, info, { slug, writes, returnType: field.type, nodes });
      return [{ node, inputs, isList: writes === "create_many" || writes === "upsert" }];
    } catch (error) {
      throw error instanceof PlinthError ? new RefusedField(keyOf(node), error) : error;
    }
  });
}

/** The error of a batch's operation as an error of its field of the mutation. */
function refusedField(planned: readonly PlannedField[], error: unknown): unknown {
  if (!(error instanceof PlinthError)) return error;
  const operation = error.details?.operation as number | undefined;
  let from = 0;
  for (const { node, inputs, isList } of planned) {
    const index = (operation ?? Number.POSITIVE_INFINITY) - from;
    if (index < inputs.length)
      return new RefusedField(keyOf(node), inFieldTerms(error, `operations.${operation}`, isList ? index : undefined));
    from += inputs.length;
  }
  return error;
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
