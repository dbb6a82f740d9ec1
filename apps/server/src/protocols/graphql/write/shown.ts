import { type JsonObject, PlinthError, type Row } from "@plinth/core";
import { getItem, listItems, type RequestContext, type SelectionInput } from "@plinth/engine";
import { type FieldNode, type GraphQLObjectType, type GraphQLResolveInfo, getNamedType } from "graphql";
import { SelectionReader } from "../read/selection.ts";
import type { VisibleCollection, VisibleCollections } from "../schema/visible.ts";

/** Written items as they are selected. The write returned their own values; related items are read after it. */
export class WrittenItems {
  readonly #selection: SelectionInput;
  readonly #visible: VisibleCollection;

  /** `nodes`: the fields of the mutation whose objects are the items. */
  constructor(
    private readonly ctx: RequestContext,
    collections: VisibleCollections,
    slug: string,
    info: GraphQLResolveInfo,
    at: { readonly type: GraphQLObjectType; readonly nodes: readonly FieldNode[] } = {
      type: getNamedType(info.returnType) as GraphQLObjectType,
      nodes: info.fieldNodes,
    },
  ) {
    this.#visible = collections.get(slug)!;
    this.#selection = this.#visible.readable ? new SelectionReader(info, collections).items(at.type, at.nodes) : {};
  }

  /** Null where the caller may not see what it has written; its id is all that the caller knows then. */
  async one(written: Row): Promise<Row | null> {
    if (!this.#visible.readable) return { id: written.id! };
    if (this.#isHidden(written)) return null;
    if (!this.#needsRead) return written;
    try {
      return (await getItem(this.ctx, this.#visible.slug, written.id as string, this.#selection)).row;
    } catch (error) {
      if (error instanceof PlinthError && error.code === "ITEM_NOT_FOUND") return null;
      throw error;
    }
  }

  async all(written: readonly Row[]): Promise<(Row | null)[]> {
    const { readable, slug } = this.#visible;
    if (!readable) return written.map(({ id }) => ({ id: id! }));
    if (!this.#needsRead) return written.map((row) => (this.#isHidden(row) ? null : row));
    const ids = written.flatMap(({ id }) => (typeof id === "string" ? [id] : []));
    const { maxLimit } = this.ctx.engine.config;
    const found = new Map<unknown, Row>();
    for (let from = 0; from < ids.length; from += maxLimit) {
      const some = ids.slice(from, from + maxLimit);
      const filter: JsonObject = { id: { _in: some } };
      const page = await listItems(this.ctx, slug, { ...this.#selection, filter, limit: some.length });
      for (const row of page.data as Row[]) found.set(row.id, row);
    }
    return written.map(({ id }) => found.get(id) ?? null);
  }

  get #needsRead(): boolean {
    return Object.keys(this.#selection.expand ?? {}).length > 0;
  }

  #isHidden(row: Row): boolean {
    return this.#visible.values.some(({ name, field, nullable }) => !nullable && name !== "id" && !(field.name in row));
  }
}
