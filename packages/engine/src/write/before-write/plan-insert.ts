import { FULL_ACCESS, type Mutation, or, type Row } from "@plinth/core";
import { bind } from "../../kernel/bindings.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { hasValues } from "../../read/conditions.ts";
import type { HookedItem, TreePlace } from "./plan.ts";
import { CHANGED, type PlannedTrees } from "./planned-trees.ts";

type Inserting = Extract<Mutation, { kind: "insert" }>;

/** Items that one statement looks up. */
const LOOK_UP = 50;

/** New items. Their rows themselves take what hooks set: the answer is made of them too. */
export function planInsert(tree: Inserting, place: TreePlace): PlannedTrees {
  const { collection, rows } = tree;
  const items = rows.map((row): HookedItem => {
    return {
      event: "create",
      collection,
      id: row.id as string,
      old: null,
      data: { ...row },
      set: {},
      ...at(row, place),
    };
  });
  return {
    items,
    read: [],
    absent: [],
    rewrite() {
      setAll(rows, items);
      return { guards: [], trees: [tree] };
    },
  };
}

const at = (row: Row, { operation, pathOf }: TreePlace) => ({ operation, path: pathOf(row) });

function setAll(rows: readonly Row[], items: readonly (HookedItem | undefined)[]): void {
  for (const [i, row] of rows.entries()) Object.assign(row, items[i]?.set);
}

/** An upsert: each item is new, changes, or is ignored, as it stands now. */
export async function planUpsert(
  ctx: RequestContext,
  tree: Inserting & { readonly on_conflict: object },
  made: readonly Row[],
  place: TreePlace,
): Promise<PlannedTrees> {
  const { collection, rows, on_conflict } = tree;
  const { fields } = on_conflict;
  const key = (row: Row): string => JSON.stringify(fields.map((name) => row[name]));
  // In a unique set, null equals nothing: such an item is new.
  const keyed = rows.filter((row) => fields.every((name) => row[name] !== null));
  const stored = await findKeyed(ctx, tree, keyed);
  const before = new Map([...made, ...stored].map((row) => [key(row), row]));
  const items = rows.map((row): HookedItem | undefined => {
    const old = keyed.includes(row) ? before.get(key(row)) : undefined;
    const shared = { collection, set: {}, fixed: fields, ...at(row, place) };
    if (!old) return { ...shared, event: "create", id: row.id as string, old: null, data: { ...row } };
    const { update } = on_conflict;
    // It stays as it is.
    if (!update) return undefined;
    const data = Object.fromEntries(update.filter((name) => name !== "updated_at").map((name) => [name, row[name]!]));
    return { ...shared, event: "update", id: old.id as string, old, data };
  });
  const absent = keyed.filter((row) => !before.has(key(row)));
  return {
    items: items.filter((item) => item !== undefined),
    read: [{ collection, rows: stored }],
    absent: chunks(absent).map((some): Mutation => {
      const where = or(...some.map((row) => hasValues(collection, fields, row)));
      return { kind: "guard", label: CHANGED, collection, where, expect: "none" };
    }),
    rewrite() {
      setAll(rows, items);
      return { guards: [], trees: withFields(tree, items) };
    },
  };
}

/** A statement for each item, where a hook has set a field of an existing one that the request does not update. */
function withFields(tree: Inserting, items: readonly (HookedItem | undefined)[]): Inserting[] {
  const { on_conflict } = tree;
  const known = on_conflict?.update ?? [];
  const further = items.map((item) =>
    item?.event === "update" ? Object.keys(item.set).filter((name) => !known.includes(name)) : [],
  );
  if (!on_conflict || further.every((names) => names.length === 0)) return [tree];
  return tree.rows.map((row, i) => {
    const update = on_conflict.update && [...on_conflict.update, ...further[i]!];
    return { ...tree, rows: [row], on_conflict: { ...on_conflict, update } };
  });
}

async function findKeyed(
  ctx: RequestContext,
  { collection, on_conflict }: Inserting & { readonly on_conflict: object },
  keyed: readonly Row[],
): Promise<Row[]> {
  const { store } = ctx.source(collection);
  const found: Row[] = [];
  for (const some of chunks(keyed)) {
    const where = or(...some.map((row) => hasValues(collection, on_conflict.fields, row)));
    const tree = { collection, policy: FULL_ACCESS, where, select: null, sort: [], limit: { value: LOOK_UP } };
    found.push(...(await store.find(tree, bind(ctx, []))).rows);
  }
  return found;
}

function chunks(rows: readonly Row[]): Row[][] {
  const parts: Row[][] = [];
  for (let from = 0; from < rows.length; from += LOOK_UP) parts.push(rows.slice(from, from + LOOK_UP));
  return parts;
}
