import type { Field } from "@plinth/core";
import { fieldType } from "@plinth/core";
import { useMemo } from "react";
import { type CollectionInfo, fieldsOf } from "../../data/collections.ts";
import { useStored } from "../../ui/stored.ts";

interface StoredColumns {
  readonly shown?: readonly string[];
  readonly widths?: Readonly<Record<string, number>>;
  readonly pinned?: readonly string[];
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
  /** All at once, as a saved view has them. */
  setAll(columns: Required<StoredColumns>): void;
}

/** Fields that are not shown at first: they are rarely looked for. */
const HIDDEN_AT_FIRST = new Set(["id", "owner_id", "version", "updated_at"]);

/** CSS pixels; a saved view takes no more. */
const [MIN_WIDTH, MAX_WIDTH] = [60, 2000];

/** The columns of a collection's grid, as this browser remembers them. */
export function useColumns(collection: CollectionInfo): Columns {
  const [text, setText] = useStored(`columns.${collection.id}`, "{}");
  const stored = useMemo(() => parsed(text), [text]);
  const all = useMemo(() => fieldsOf(collection).filter((field) => fieldType(field).kind !== "list"), [collection]);
  const shown = useMemo(() => {
    // Fields that were deleted meanwhile are passed over.
    const chosen = stored.shown?.flatMap((name) => all.find((field) => field.name === name) ?? []) ?? [];
    const shown = chosen.length > 0 ? chosen : usual(all);
    const isPinned = ({ name }: Field) => stored.pinned?.includes(name) === true;
    return [...shown.filter(isPinned), ...shown.filter((field) => !isPinned(field))];
  }, [all, stored]);
  const pinned = useMemo(
    () => shown.map(({ name }) => name).filter((name) => stored.pinned?.includes(name)),
    [shown, stored],
  );
  const keep = (change: StoredColumns) => setText(JSON.stringify({ ...stored, ...change }));
  return {
    all,
    shown,
    widths: stored.widths ?? NO_WIDTHS,
    setShown: (names) => keep({ shown: names }),
    pinned,
    setPinned: (names) => keep({ pinned: names }),
    setAll: keep,
    setWidth: (name, width) => {
      const possible = Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, Math.round(width)));
      keep({ widths: { ...stored.widths, [name]: possible } });
    },
  };
}

const NO_WIDTHS: Readonly<Record<string, number>> = {};

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
