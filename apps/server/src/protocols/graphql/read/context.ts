import type { Row } from "@plinth/core";
import type { RequestContext } from "@plinth/engine";

/** What resolvers get. */
export interface ReadContext {
  readonly ctx: RequestContext;
  /** Of a mutation that is one batch: begun by its first field. */
  batch?: Promise<unknown>;
  /** Of a query: the read that was begun last. */
  lastRead?: Promise<unknown>;
}

/** An item as the engine returns it, with related items by the names that the selection gave them. */
export type ShownRow = Row;
