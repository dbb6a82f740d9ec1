import type { Collection, JsonObject, Row, SqlDriver } from "@plinth/core";
import type { Catalog } from "./catalog.ts";
import type { RequestContext } from "./engine.ts";

export const WRITE_EVENTS = ["create", "update", "delete"] as const;
export type WriteEvent = (typeof WRITE_EVENTS)[number];

/** Code of the workspace's that is asked before items of a collection are written. */
export interface WriteHook {
  /** Those of one workspace are asked in the order of their names. */
  readonly name: string;
  readonly collection: string;
  readonly events: readonly WriteEvent[];
}

/** One write of an item, as a hook sees it. */
export interface AskedWrite {
  readonly event: WriteEvent;
  readonly collection: string;
  readonly id: string;
  /** The values that the write sets, complete for a new item; operators as the API takes them. Null: it is deleted. */
  readonly data: JsonObject | null;
  /** The item as it is stored before the request. Null: it is new. */
  readonly old: Row | null;
}

/** What a feature brings that runs such code. */
export interface BeforeWrite {
  /** The hooks of a workspace, for its catalog. */
  load(driver: SqlDriver, workspaceId: string): Promise<readonly WriteHook[]>;
  /**
   * Asks a hook once about all of its writes in a batch. `read` makes the result of what it answers, and throws a `PlinthError` where that is no
   * answer. Throws BEFORE_WRITE_FAILED for a hook that has none.
   */
  ask<A>(ctx: RequestContext, name: string, writes: readonly AskedWrite[], read: (answer: unknown) => A): Promise<A>;
}

/** The hooks of a collection. Services write the items of built-in ones by routes of their own, where none is asked. */
export function hooksOf(catalog: Catalog, { slug, id }: Collection): readonly WriteHook[] {
  const hooks = catalog.writeHooks.get(slug);
  return hooks && catalog.collections.get(slug)?.id === id ? hooks : NONE;
}

const NONE: readonly WriteHook[] = [];

/** Whether any hook is asked about this. */
export function isHooked(catalog: Catalog, collection: Collection, event: WriteEvent): boolean {
  return hooksOf(catalog, collection).some(({ events }) => events.includes(event));
}

export function hooksByCollection(hooks: readonly WriteHook[]): ReadonlyMap<string, readonly WriteHook[]> {
  return Map.groupBy(hooks, ({ collection }) => collection);
}
