import type { JsonObject } from "@plinth/core";
import { requireKnown } from "../known-options.ts";
import type { AnySchema, Filter, NewRow, Patch, Row, Slug } from "../schema/index.ts";
import { JOB_KEYS, type Job, type NewJob } from "./job.ts";
import { jsonIn, type Requester, WRITE_OPTIONS, type WriteOptions } from "./request.ts";
import type { ChangeOptions, Upserted, UpsertOptions, UpsertResult, UpsertRow } from "./writes.ts";

/** Stands for a value of an earlier operation of the batch. */
export type Reference = { readonly $ref: string };

declare const RESULT: unique symbol;

/** A write of a batch that is being put together; once the batch is done, its result takes its place. */
export interface Operation<T> {
  readonly [RESULT]?: T;
  /** The id of its item, or a field of an item that it creates, for later operations of the same batch. */
  ref(field: string): Reference;
}

/** A condition on items that the caller may read. It holds until the batch ends, or nothing is written. */
export interface Guard<F = JsonObject> {
  readonly filter?: F | undefined;
  readonly exists?: boolean | undefined;
  /** Such as `{ _gte: 1 }`. */
  readonly count?: JsonObject | undefined;
}

/** What can be done in a batch with one collection, as outside of it. */
export interface BatchItems<S extends AnySchema = AnySchema, C extends Slug<S> = Slug<S>> {
  create(data: NewRow<S, C>): Operation<Row<S, C>>;
  update(id: string | Reference, patch: Patch<S, C>, options?: IfVersion): Operation<Row<S, C>>;
  replace(id: string | Reference, data: NewRow<S, C>, options?: IfVersion): Operation<Row<S, C>>;
  upsert(
    data: UpsertRow<S, C>,
    options: Pick<UpsertOptions, "on_conflict" | "resolution">,
  ): Operation<Upserted<Row<S, C>>>;
  delete(id: string | Reference, options?: IfVersion): Operation<void>;
  guard(condition: Guard<Filter<S, C>>): Operation<void>;
}

type IfVersion = Pick<ChangeOptions, "if_version">;

export interface Batch<S extends AnySchema = AnySchema> {
  /** A job that exists if and only if the batch is done, for programs with a secret key. */
  enqueue(job: NewJob): Operation<Job>;
  from<C extends Slug<S>>(slug: C): BatchItems<S, C>;
}

/** The same, with the results in place of the operations. */
export type BatchResults<R> = R extends Operation<infer T> ? T : { readonly [K in keyof R]: BatchResults<R[K]> };

interface BatchAnswer {
  readonly data: readonly JsonObject[];
  readonly meta?: { readonly results: readonly (UpsertResult | null)[] };
}

type ResultOf = (data: JsonObject, result: UpsertResult | null | undefined) => unknown;

class Step implements Operation<unknown> {
  readonly index: number;
  readonly resultOf: ResultOf;
  constructor(index: number, resultOf: ResultOf) {
    this.index = index;
    this.resultOf = resultOf;
  }
  ref(field: string): Reference {
    return { $ref: `ops.${this.index}.${field}` };
  }
}

const theItem: ResultOf = (data) => data;
const upserted: ResultOf = (data, result) => ({ data, result });
const nothing: ResultOf = () => undefined;

const VERSION = ["if_version"];

/** Puts a batch together, sends it, and gives back what `build` returned, with results in place of operations. */
export async function runBatch<R>(
  request: Requester,
  build: (batch: Batch) => R,
  options: WriteOptions = {},
): Promise<BatchResults<R>> {
  requireKnown(options, WRITE_OPTIONS, "batch");
  const operations: object[] = [];
  const add = (operation: object, resultOf: ResultOf): Step => {
    operations.push(operation);
    return new Step(operations.length - 1, resultOf);
  };
  const from = (collection: string): BatchItems => {
    const change = (op: string, id: unknown, data: object, options: object = {}): Operation<never> => {
      requireKnown(options, VERSION, op);
      return add({ op, collection, id, ...data, ...options }, op === "delete" ? nothing : theItem) as Operation<never>;
    };
    return {
      create: (data) => add({ op: "create", collection, data }, theItem) as Operation<never>,
      update: (id, data, options) => change("update", id, { data }, options),
      replace: (id, data, options) => change("replace", id, { data }, options),
      delete: (id, options) => change("delete", id, {}, options),
      upsert(data, options) {
        requireKnown(options, ["on_conflict", "resolution"], "upsert");
        const on_conflict = [options.on_conflict].flat().join(",");
        return add({ op: "upsert", collection, data, ...options, on_conflict }, upserted) as never;
      },
      guard(condition) {
        requireKnown(condition, ["filter", "exists", "count"], "guard");
        return add({ op: "guard", collection, ...condition }, nothing) as Operation<void>;
      },
    };
  };
  const enqueue = (job: NewJob): Operation<Job> => {
    requireKnown(job, JOB_KEYS, "enqueue");
    return add({ op: "enqueue", ...job }, theItem) as Operation<never>;
  };
  const built = build({ from, enqueue });
  if (typeof (built as { then?: unknown } | undefined)?.then === "function")
    throw new TypeError("batch: the function puts the batch together at once; it must not be async");
  const asked = { method: "POST", path: "api/batch", body: { operations }, write: true } as const;
  const { data, meta } = await request(asked, options, jsonIn<BatchAnswer>);
  return fill(built, ({ index, resultOf }) => resultOf(data[index]!, meta?.results[index])) as BatchResults<R>;
}

function fill(value: unknown, resultOf: (step: Step) => unknown): unknown {
  if (value instanceof Step) return resultOf(value);
  if (Array.isArray(value)) return value.map((each) => fill(each, resultOf));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, fill(each, resultOf)]));
}
