import { dataErrorOf, failureOf, type JsonObject, PlinthError, type Row } from "@plinth/core";
import { getItem, listItems, prepareList, type RequestContext, type SelectionInput } from "@plinth/engine";
import { type FieldNode, type GraphQLObjectType, type GraphQLOutputType, getNamedType } from "graphql";
import { type DocumentContext, selectedFields } from "../read/collect.ts";
import { SelectionReader } from "../read/selection.ts";
import type { WriteMeta } from "../schema/field-meta.ts";
import type { VisibleCollection, VisibleCollections } from "../schema/visible.ts";

/** A field of a mutation, as it is selected. */
export interface WrittenField extends Pick<WriteMeta, "slug" | "writes"> {
  readonly returnType: GraphQLOutputType;
  readonly nodes: readonly FieldNode[];
}

/**
 * Written items as they are selected. The write returned their own values; related items are read after it. What is selected is
 * checked here, so make this before the write.
 */
export class WrittenItems {
  readonly #selection: SelectionInput;
  readonly #visible: VisibleCollection;

  constructor(
    private readonly ctx: RequestContext,
    collections: VisibleCollections,
    document: DocumentContext,
    field: WrittenField,
  ) {
    const { type, nodes } = itemsIn(document, field);
    this.#visible = collections.get(field.slug)!;
    this.#selection = this.#visible.readable ? new SelectionReader(document, collections).items(type, nodes) : {};
    if (this.#needsRead) prepareList(ctx, field.slug, this.#selection);
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
      throw afterWrite(error);
    }
  }

  async all(written: readonly Row[]): Promise<(Row | null)[]> {
    if (!this.#visible.readable) return written.map(({ id }) => ({ id: id! }));
    if (!this.#needsRead) return written.map((row) => (this.#isHidden(row) ? null : row));
    const found = await this.#read(written).catch((error: unknown) => {
      throw afterWrite(error);
    });
    return written.map(({ id }) => found.get(id) ?? null);
  }

  async #read(written: readonly Row[]): Promise<ReadonlyMap<unknown, Row>> {
    const ids = written.flatMap(({ id }) => (typeof id === "string" ? [id] : []));
    const { maxLimit } = this.ctx.engine.config;
    const found = new Map<unknown, Row>();
    for (let from = 0; from < ids.length; from += maxLimit) {
      const some = ids.slice(from, from + maxLimit);
      const filter: JsonObject = { id: { _in: some } };
      const page = await listItems(this.ctx, this.#visible.slug, { ...this.#selection, filter, limit: some.length });
      for (const row of page.data as Row[]) found.set(row.id, row);
    }
    return found;
  }

  get #needsRead(): boolean {
    return Object.keys(this.#selection.expand ?? {}).length > 0;
  }

  #isHidden(row: Row): boolean {
    return this.#visible.values.some(({ name, field, nullable }) => !nullable && name !== "id" && !(field.name in row));
  }
}

/** Where the written items are selected: an upsert has them below a field of its own. */
function itemsIn(document: DocumentContext, { writes, returnType, nodes }: WrittenField) {
  const type = getNamedType(returnType) as GraphQLObjectType;
  if (writes !== "upsert") return { type, nodes };
  const groups = selectedFields(document, nodes).filter(([node]) => node!.name.value === "items");
  return { type: getNamedType(type.getFields().items!.type) as GraphQLObjectType, nodes: groups.flat() };
}

/** Whoever reads it must not send the write again. */
function afterWrite(error: unknown): PlinthError {
  const data = dataErrorOf(error);
  const shown = error instanceof PlinthError ? error : ((data && failureOf(data)) ?? new PlinthError("INTERNAL"));
  const message = `The write is done, and only what is selected could not be read after it: ${shown.message}`;
  return new PlinthError(shown.code, message, { ...shown.details, written: true }, { cause: error });
}
