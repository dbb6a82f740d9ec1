import type { JsonObject } from "@plinth/core";
import { follow } from "../follow.ts";
import { requireKnown } from "../known-options.ts";
import type { AnySchema, Query, Slug } from "../schema/index.ts";
import type { Message, Transport } from "../transport.ts";
import { type Subscription, WATCHER_OPTIONS, type Watcher } from "../types.ts";
import { checksum } from "./checksum.ts";
import type { AggregateQuery } from "./query.ts";

type ListOption = "filter" | "sort" | "fields" | "expand" | "limit";

/** A list whose result is kept current. */
export type LiveList<S extends AnySchema = AnySchema, C extends Slug<S> = Slug<S>> = Pick<Query<S, C>, ListOption>;

export type LiveQuery = LiveList | AggregateQuery;

export const LIVE_OPTIONS: readonly (keyof LiveList | keyof AggregateQuery)[] = [
  "filter",
  "sort",
  "fields",
  "expand",
  "limit",
  "offset",
  "aggregates",
  "group_by",
  "having",
];

/** One change from a result to the next; `at` counts from 0. */
export type Op<T = JsonObject> =
  | {
      readonly op: "insert" | "update";
      readonly id: string;
      readonly at: number;
      readonly checksum: string;
      readonly data: T;
    }
  | { readonly op: "move"; readonly id: string; readonly from: number; readonly at: number }
  | { readonly op: "remove"; readonly id: string; readonly at: number };

/** The whole result, and the changes that led to it; none if it was sent as a whole. */
export type LiveHandler<T = JsonObject> = (rows: readonly T[], ops: readonly Op<T>[]) => void;

interface HeldRow<T> {
  readonly id: string;
  readonly checksum: string;
  readonly data: T;
}

export function followLive<T>(
  transport: Transport,
  collection: string,
  query: LiveQuery,
  handler: LiveHandler<T>,
  watcher: Watcher,
): Subscription {
  requireKnown(query, LIVE_OPTIONS, "live");
  requireKnown(watcher, WATCHER_OPTIONS, "live");
  let rows: HeldRow<T>[] | undefined;
  let known: string | undefined;
  return follow(transport, {
    ...watcher,
    request: () => ({ path: "api/live", query: {}, body: { ...query, collection }, after: known }),
    take(message: Message) {
      if (message.event !== "snapshot" && message.event !== "diff") return true;
      const ops = message.event === "diff" ? (message.ops as Op<T>[]) : [];
      rows = message.event === "snapshot" ? (message.rows as HeldRow<T>[]) : apply(rows ?? [], ops);
      known = message.checksum as string;
      if (checksum(rows) !== known) {
        // Never shown: the next connection sends the whole.
        rows = undefined;
        known = undefined;
        return false;
      }
      handler(
        rows.map(({ data }) => data),
        ops,
      );
      return true;
    },
  });
}

function apply<T>(before: readonly HeldRow<T>[], ops: readonly Op<T>[]): HeldRow<T>[] {
  const rows = [...before];
  for (const op of ops) {
    if (op.op === "insert") rows.splice(op.at, 0, op);
    else if (op.op === "update") rows[op.at] = op;
    else if (op.op === "remove") rows.splice(op.at, 1);
    else if (op.op === "move") rows.splice(op.at, 0, ...rows.splice(op.from, 1));
  }
  return rows.map(({ id, checksum, data }) => ({ id, checksum, data }));
}
