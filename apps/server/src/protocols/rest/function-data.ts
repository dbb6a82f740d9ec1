import { invalid, isObject, type Json, type JsonObject, plainJson, type SandboxCall } from "@plinth/core";
import {
  aggregateItems,
  createItems,
  deleteItem,
  getItem,
  listItems,
  patchItem,
  type RequestContext,
  replaceItem,
  runBatch,
  upsertItems,
} from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import {
  aggregateInputOf,
  aggregateSchema,
  listBodySchema,
  listInputOf,
  parseBatchBody,
  upsertInputOf,
} from "../../http/query/index.ts";
import { parseValue } from "../../http/validate.ts";

const selectionSchema = listBodySchema.pick({ fields: true, expand: true });
const conditionSchema = z.strictObject({ if_version: z.int().optional() });
const upsertSchema = z.strictObject({
  on_conflict: z.string().min(1),
  resolution: z.enum(["merge", "ignore"]).default("merge"),
});

type DataCall = (ctx: RequestContext, values: readonly Json[]) => Promise<unknown>;

/** `context.db`: the operations on items, with the words of the API. */
const OPERATIONS: Readonly<Record<string, DataCall>> = {
  list: (ctx, [slug, query]) => listItems(ctx, text(slug, "collection"), listInputOf(options(listBodySchema, query))),
  async get(ctx, [slug, id, selection]) {
    const { fields, expand } = listInputOf(options(selectionSchema, selection));
    return (await getItem(ctx, text(slug, "collection"), text(id, "id"), { fields, expand })).row;
  },
  aggregate: (ctx, [slug, query]) =>
    aggregateItems(ctx, text(slug, "collection"), aggregateInputOf(options(aggregateSchema, query))),
  create: (ctx, [slug, data]) => createItems(ctx, text(slug, "collection"), body(data)),
  async upsert(ctx, [slug, data, how]) {
    return (await upsertItems(ctx, text(slug, "collection"), upsertInputOf(options(upsertSchema, how)), body(data)))
      .data;
  },
  update: (ctx, [slug, id, data, condition]) =>
    patchItem(ctx, text(slug, "collection"), text(id, "id"), body(data), versionsIn(condition)),
  replace: (ctx, [slug, id, data, condition]) =>
    replaceItem(ctx, text(slug, "collection"), text(id, "id"), body(data), versionsIn(condition)),
  delete: (ctx, [slug, id, condition]) =>
    deleteItem(ctx, text(slug, "collection"), text(id, "id"), versionsIn(condition)),
  batch: async (ctx, [operations]) => (await runBatch(ctx, parseBatchBody({ operations: body(operations) }))).data,
};

/** The calls of a function, which act with the rights of this context. */
export function functionData(ctx: RequestContext): Record<string, SandboxCall> {
  const calls = Object.entries(OPERATIONS).map(([name, operation]): [string, SandboxCall] => [
    `db.${name}`,
    async (values) => {
      const given = values.map((value, i) => (value === undefined ? null : plainJson(value, `argument ${i + 1}`)));
      // What the API would send: no more than its JSON.
      return JSON.parse(JSON.stringify((await operation(ctx, given)) ?? null)) as unknown;
    },
  ]);
  return Object.fromEntries(calls);
}

function text(value: Json | undefined, name: string): string {
  if (typeof value !== "string") throw invalid(name, "expected a text");
  return value;
}

function body(value: Json | undefined): Json {
  if (value === undefined || value === null) throw invalid("data", "is required");
  return value;
}

function options<S extends z.ZodType>(schema: S, value: Json | undefined): z.output<S> {
  if (value !== undefined && value !== null && !isObject(value)) throw invalid("options", "expected an object");
  return parseValue(schema, (value ?? {}) as JsonObject);
}

function versionsIn(condition: Json | undefined): { readonly versions: number[] | undefined } {
  const { if_version } = options(conditionSchema, condition);
  return { versions: if_version === undefined ? undefined : [if_version] };
}
