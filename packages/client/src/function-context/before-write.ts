import type { JsonObject } from "@plinth/core";
import type { AnySchema, Row, Slug } from "../schema/index.ts";
import type { Context } from "./context.ts";

/** One write of an item that has not happened yet. */
export interface ItemWrite<S extends AnySchema = AnySchema, C extends Slug<S> = Slug<S>> {
  readonly event: "create" | "update" | "delete";
  readonly collection: C;
  readonly id: string;
  /** The values that it sets, complete for a new item; operators such as `{ $inc: 1 }` as they were sent. Null: the item is deleted. */
  readonly data: JsonObject | null;
  /** The item as it is stored. Null: it is new. */
  readonly old: Row<S, C> | null;
}

/** What a function says of a write: nothing, values to set beside those of the request, or a refusal. */
export type WriteAnswer =
  | null
  | undefined
  | { readonly set: JsonObject }
  | {
      readonly refuse: {
        readonly message: string;
        /** The field that is wrong: the answer is 422 and names it. */
        readonly field?: string;
        /** The caller may not do this: the answer is 403. */
        readonly forbidden?: boolean;
      };
    };

/** What a function gets that is asked before writes. It reads items and asks hosts, as it declares; it writes nothing. */
export interface BeforeWriteContext<S extends AnySchema = AnySchema, C extends Slug<S> = Slug<S>>
  extends Pick<Context<S>, "user" | "env"> {
  /** All those of one request. */
  readonly writes: readonly ItemWrite<S, C>[];
  readonly db: Pick<Context<S>["db"], "list" | "get" | "aggregate">;
}

/** A handler that is asked about each write on its own. */
export function defineBeforeWrite<S extends AnySchema = AnySchema, C extends Slug<S> = Slug<S>>(
  handler: (write: ItemWrite<S, C>, context: BeforeWriteContext<S, C>) => WriteAnswer | Promise<WriteAnswer>,
): (context: BeforeWriteContext<S, C>) => Promise<WriteAnswer[]> {
  return (context) => Promise.all(context.writes.map((write) => handler(write, context)));
}
