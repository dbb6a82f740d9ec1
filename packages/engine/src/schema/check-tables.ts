import {
  type Collection,
  type CollectionDefinition,
  constantDefault,
  DEFAULT_COLUMNS,
  type Field,
  indexedTexts,
  invalid,
  isVirtual,
  MAX_INDEX_BYTES,
  PlinthError,
  plural,
  systemFields,
} from "@plinth/core";
import { bindSlow } from "../kernel/bindings.ts";
import type { RequestContext } from "../kernel/engine.ts";

/** The definition's table must fit into its database. */
export function checkColumns(ctx: RequestContext, definition: CollectionDefinition): void {
  const { name, capabilities } = ctx.source(definition).store;
  const { maxColumns } = capabilities;
  const own = systemFields(definition.columns ?? DEFAULT_COLUMNS).length;
  const count = definition.fields.filter((field) => !isVirtual(field)).length + own;
  if (count > maxColumns) {
    throw invalid(
      "fields",
      `${count} columns are too many: ${name} allows ${maxColumns}, of which ${own} are system fields`,
      "LIMIT_EXCEEDED",
    );
  }
}

/** A field can become required, or be added as required, only if every existing item has a value for it. */
export async function checkRequired(
  ctx: RequestContext,
  before: Collection,
  after: CollectionDefinition,
  added: readonly string[],
): Promise<void> {
  const policy = { where: { kind: "and", of: [] }, fields: null } as const;
  const bindings = bindSlow(ctx, []);
  for (const field of after.fields) {
    if (!field.required || before.byName.get(field.name)?.required) continue;
    const isNew = added.includes(field.name);
    if (isNew && constantDefault(field) !== undefined) continue;
    const where = isNew ? policy.where : ({ kind: "null", ref: { field } } as const);
    const missing = await ctx.source(before).store.count({ collection: before, policy, where }, bindings);
    if (missing > 0) {
      throw new PlinthError(
        "CONFLICT",
        `${field.name}: cannot be required, because ${missing} ${plural(missing, "item has", "items have")} no value for it; give a constant default`,
        {
          field: field.name,
          items: missing,
        },
      );
    }
  }
}

/** An index can be added only where every existing text is short enough for it. */
export async function checkIndexable(ctx: RequestContext, before: Collection, after: Collection): Promise<void> {
  const { schema } = ctx.source(before);
  const check = async (name: string, at: Field | readonly string[], bytes: number): Promise<void> => {
    if (!(await schema.hasLongerText(before, at, bytes))) return;
    const message = `${name}: cannot be indexed, because an item has a text of more than ${bytes} bytes there`;
    throw new PlinthError("CONFLICT", message, { field: name, max_bytes: bytes });
  };
  const known = indexedTexts(before);
  for (const [name, bytes] of indexedTexts(after)) {
    const field = before.stored.get(name);
    if (field && bytes < (known.get(name) ?? Number.POSITIVE_INFINITY)) await check(name, field, bytes);
  }
  for (const path of after.indexed_paths ?? []) {
    if (!before.indexed_paths?.includes(path)) await check(path, path.split("."), MAX_INDEX_BYTES);
  }
}
