import type { Field } from "@plinth/core";
import { fieldType } from "@plinth/core";
import { useMemo } from "react";
import { type CollectionInfo, fieldsOf } from "../../data/collections.ts";
import { useStored } from "../../ui/stored.ts";
import { type ChosenColumns, columnsText, readColumns } from "./columns-text.ts";
import type { ItemQueryStateAndSetters } from "./query-state.ts";
import { isLinkList } from "./read-page.ts";
import { ALL_ITEMS } from "./use-views.ts";

/** What a browser remembers of a collection's columns. */
interface StoredColumns extends Partial<ChosenColumns> {
  readonly widths?: Readonly<Record<string, number>>;
}

export interface KeptColumns {
  readonly widths: Readonly<Record<string, number>>;
  /** Those that were chosen last, as an address keeps them; undefined: the usual ones. */
  readonly cols: string | undefined;
  keep(change: StoredColumns): void;
}

export interface Columns {
  /** All fields that can be a column. */
  readonly all: readonly Field[];
  /** In their order: the pinned ones first. */
  readonly shown: readonly Field[];
  /** Names of those that stay when one scrolls sideways. */
  readonly pinned: readonly string[];
  readonly widths: Readonly<Record<string, number>>;
  setShown(names: readonly string[]): void;
  setPinned(names: readonly string[]): void;
  setWidth(name: string, width: number): void;
}

/** Fields that are not shown at first: they are rarely looked for. */
const HIDDEN_AT_FIRST = new Set(["id", "owner_id", "version", "updated_at"]);

/** CSS pixels; a saved view takes no more. */
const [MIN_WIDTH, MAX_WIDTH] = [60, 2000];

/** Widths of the columns, and which were chosen last, as this browser remembers them. */
export function useKeptColumns(collection: CollectionInfo): KeptColumns {
  const [text, setText] = useStored(`columns.${collection.id}`, "{}");
  return useMemo(() => {
    const stored = parsed(text);
    const { shown = [], pinned = [], widths = NO_WIDTHS } = stored;
    const cols = columnsText({ shown, pinned });
    const isUsual =
      cols === "" || cols === columnsText({ shown: namesOf(usual(columnFields(collection))), pinned: [] });
    return {
      widths,
      cols: isUsual ? undefined : cols,
      keep: (change) => setText(JSON.stringify({ ...stored, ...change })),
    };
  }, [text, setText, collection]);
}

type Query = Pick<ItemQueryStateAndSetters, "cols" | "view" | "change">;

/** The columns of a collection's list: which, and in which order, is in the address. */
export function useColumns(collection: CollectionInfo, { cols, view, change }: Query, kept: KeptColumns): Columns {
  const all = useMemo(() => columnFields(collection), [collection]);
  const { order, shown, pinned } = useMemo(() => {
    const read = readColumns(cols ?? "");
    // Fields that were deleted meanwhile are passed over.
    const chosen = read.shown.flatMap((name) => all.find((field) => field.name === name) ?? []);
    const order = chosen.length > 0 ? chosen : usual(all);
    const isPinned = ({ name }: Field) => read.pinned.includes(name);
    const pinned = order.filter(isPinned);
    const shown = [...pinned, ...order.filter((field) => !isPinned(field))];
    return { order: namesOf(order), shown, pinned: namesOf(pinned) };
  }, [all, cols]);
  const choose = (columns: ChosenColumns) => {
    change({ cols: columnsText(columns) });
    // The columns of a view are kept with the view.
    if (view === undefined || view === ALL_ITEMS) kept.keep(columns);
  };
  return {
    all,
    shown,
    pinned,
    widths: kept.widths,
    setShown: (names) => choose({ shown: names, pinned }),
    setPinned: (names) => choose({ shown: order, pinned: names }),
    setWidth: (name, width) => {
      const possible = Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, Math.round(width)));
      kept.keep({ widths: { ...kept.widths, [name]: possible } });
    },
  };
}

const NO_WIDTHS: Readonly<Record<string, number>> = {};

const namesOf = (fields: readonly Field[]): string[] => fields.map(({ name }) => name);

/** A list of what leads to an item may be of any length; links to many are few. */
const columnFields = (collection: CollectionInfo): readonly Field[] =>
  fieldsOf(collection).filter((field) => fieldType(field).kind !== "list" || isLinkList(field));

function usual(all: readonly Field[]): readonly Field[] {
  const shown = all.filter(({ name }) => !HIDDEN_AT_FIRST.has(name));
  return shown.length > 0 ? shown : all;
}

function parsed(text: string): StoredColumns {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
