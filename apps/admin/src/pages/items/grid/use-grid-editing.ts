import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import type { Field, Json } from "@plinth/core";
import { type ClipboardEvent, type KeyboardEvent, useState } from "react";
import { errorWords } from "../../../ui/error-words.ts";
import { toast } from "../../../ui/toast.ts";
import { cellText, isEditable, readCell } from "../cell-value.ts";
import { isLinkList, linkTitles } from "../read-page.ts";
import type { ItemRow } from "../row-pages.ts";
import type { RowPatch } from "../send-rows.ts";
import { type Block, blockOf, type Cell, moveCell, readTsv, writeTsv } from "./block.ts";
import type { After } from "./cell-editor.tsx";
import { listText } from "./cell-view.tsx";
import type { ItemGridProps } from "./item-grid.tsx";

export interface GridEditingOptions extends ItemGridProps {
  readonly count: number;
  /** Rows of a screen. */
  readonly page: number;
  readonly show: (cell: Cell) => void;
  readonly focus: () => void;
}

/** A cell that is being edited: of an item, whatever row that is in. */
interface CellEdit {
  readonly row: ItemRow;
  /** What the cell showed. */
  readonly shown: Json | undefined;
  readonly typed: string | undefined;
}

const START: Cell = { row: 0, column: 0 };

/** The active cell, the selected block, and what keys and the clipboard do with them. */
export function useGridEditing(options: GridEditingOptions) {
  const { fields, rows, writing, locked, count, page, show, focus, onOpen } = options;
  const { t } = useLingui();
  const [cell, setCell] = useState(START);
  const [anchor, setAnchor] = useState(START);
  const [edit, setEdit] = useState<CellEdit>();
  const block = blockOf(anchor, cell);
  const { pages } = rows;
  if (edit && pages.at(cell.row)?.id !== edit.row.id) {
    // Items above it came or went.
    const row = pages.indexOf(edit.row.id);
    if (row < 0) setEdit(undefined);
    else {
      setCell({ row, column: cell.column });
      setAnchor({ row, column: cell.column });
    }
  }

  /** What its cell shows: what is on its way, or else what is stored. */
  const shownIn = (row: ItemRow, field: Field): Json | undefined => {
    const draft = writing.writes.draft(row.id)?.get(field.name);
    return draft ? draft.value : row[field.name];
  };
  const select = (next: Cell, extend: boolean) => {
    setEdit(undefined);
    setCell(next);
    if (!extend) setAnchor(next);
  };
  const go = (next: Cell, extend = false) => {
    select(next, extend);
    show(next);
  };
  const isLocked = () => {
    if (locked !== undefined) toast.info(locked);
    return locked !== undefined;
  };
  const start = (typed: string | undefined) => {
    const [row, field] = [pages.at(cell.row), fields[cell.column]];
    if (!row || !field || !isEditable(field) || isLocked()) return;
    setAnchor(cell);
    if (typeof row[field.name] === "boolean" || field.type === "boolean") {
      if (typed === undefined || typed === " ")
        void writing.writes.write(row, { [field.name]: shownIn(row, field) !== true });
      return;
    }
    setEdit({ row, shown: shownIn(row, field), typed });
  };
  const save = (value: Json, after: After) => {
    const field = fields[cell.column];
    const now = edit && pages.at(pages.indexOf(edit.row.id));
    // With the version that was shown, the server refuses to write over what somebody else has typed meanwhile.
    const row = now && field && isSame(now[field.name], edit.shown) ? now : edit?.row;
    setEdit(undefined);
    if (row && field) {
      const { state } = writing.writes.draft(row.id)?.get(field.name) ?? {};
      if (state === "refused" && isSame(value, row[field.name])) writing.writes.drop(row.id, [field.name]);
      else if (!isSame(value, shownIn(row, field))) void writing.writes.write(row, { [field.name]: value });
    }
    focus();
    const size = { rows: count, columns: fields.length, page };
    if (after === "stay") return;
    const key = { key: after === "down" ? "ArrowDown" : "Tab", shift: after === "previous", mod: false };
    const next = moveCell(cell, key, size);
    if (next) go(next);
  };
  /** What is no value stays in its cell, marked. */
  const refuse = (text: string, reason: string) => {
    const field = fields[cell.column];
    if (edit && field) writing.writes.hold(edit.row.id, { [field.name]: text }, reason);
    setEdit(undefined);
  };
  const cancel = () => {
    setEdit(undefined);
    focus();
  };

  const writeAll = async (patches: readonly RowPatch[]) => {
    const [only] = patches;
    if (!only) return;
    if (patches.length === 1 && only.row) return void writing.writes.write(only.row, only.patch);
    const sent = await writing.writeTogether(patches);
    if (!sent) return;
    writing.offer(plural(patches.length, { one: "# item saved", other: "# items saved" }), sent.requests);
  };
  /** Rows that are not in memory are read first, and that may fail. */
  const attempt = (work: Promise<void>) =>
    void work.catch((error: unknown) => toast.error(t`Nothing was changed`, { description: errorWords(error) }));
  const clear = async () => {
    if (isLocked()) return;
    const targets = fields.slice(block.left, block.right + 1).filter((field) => isEditable(field));
    const patch = Object.fromEntries(targets.map(({ name }) => [name, null]));
    const found = await pages.rows(block.top, block.bottom - block.top + 1);
    await writeAll(targets.length === 0 ? [] : found.map((row) => ({ row, patch })));
  };

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target !== event.currentTarget || count === 0) return;
    const mod = event.ctrlKey || event.metaKey;
    const { key, shiftKey: shift } = event;
    const moved =
      key === "Tab" ? undefined : moveCell(cell, { key, shift, mod }, { rows: count, columns: fields.length, page });
    if (moved) go(moved, shift);
    else if (key === "Enter" && mod) onOpen(pages.at(cell.row)?.id ?? "");
    else if (key === "Enter" || key === "F2") start(undefined);
    else if (locked === undefined && (key === "Delete" || key === "Backspace")) attempt(clear());
    else if (mod && key.toLowerCase() === "a") {
      setAnchor(START);
      setCell({ row: count - 1, column: fields.length - 1 });
    } else if (key === "Escape") setAnchor(cell);
    else if (key.length === 1 && !mod && !event.altKey) start(key);
    else return;
    event.preventDefault();
  };

  const onCopy = (event: ClipboardEvent<HTMLElement>) => {
    if ((event.target !== event.currentTarget && edit) || isElsewhere(event)) return;
    event.preventDefault();
    const shown = Array.from({ length: block.bottom - block.top + 1 }, (_, at) => pages.at(block.top + at));
    if (shown.every((row) => row !== undefined)) {
      event.clipboardData.setData("text/plain", blockText(shown, fields, block));
      return;
    }
    // Rows that are not in memory are read first; the clipboard of the event does not wait for that.
    void pages
      .rows(block.top, shown.length)
      .then((all) => navigator.clipboard.writeText(blockText(all, fields, block)))
      .catch(() => toast.error(t`It could not be copied.`));
  };

  const onPaste = (event: ClipboardEvent<HTMLElement>) => {
    if (edit || isElsewhere(event) || isLocked()) return;
    const text = event.clipboardData.getData("text/plain");
    if (text === "") return;
    event.preventDefault();
    attempt(paste(readTsv(text)));
  };
  const paste = async (cells: readonly (readonly string[])[]) => {
    const size = { rows: block.bottom - block.top + 1, columns: block.right - block.left + 1 };
    const filled = cells.length === 1 && cells[0]!.length === 1 ? repeated(cells[0]![0]!, size) : cells;
    const found = await pages.rows(block.top, filled.length);
    const read = readBlock(filled, fields.slice(block.left), found);
    if (read.problem) {
      toast.error(t`Nothing was pasted`, {
        description: t`“${read.problem.text}” is no ${read.problem.field.type} (${read.problem.field.name}).`,
      });
      return;
    }
    setCell({
      row: block.top + filled.length - 1,
      column: Math.min(fields.length - 1, block.left + (filled[0]?.length ?? 1) - 1),
    });
    setAnchor({ row: block.top, column: block.left });
    await writeAll(read.patches);
    if (filled.length > found.length) rows.reload();
  };
  return { cell, block, edit, select, go, start, save, refuse, cancel, onKeyDown, onCopy, onPaste };
}

/** In a menu of the grid: it stands elsewhere in the page, and its events come here all the same. */
function isElsewhere(event: ClipboardEvent<HTMLElement>): boolean {
  return !event.currentTarget.contains(event.target as Node);
}

function isSame(a: Json | undefined, b: Json | undefined): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}

function blockText(rows: readonly ItemRow[], fields: readonly Field[], { left, right }: Block): string {
  const shown = fields.slice(left, right + 1);
  const textOf = (field: Field, value: Json | undefined) =>
    isLinkList(field) ? listText(linkTitles(value)) : cellText(value);
  return writeTsv(rows.map((row) => shown.map((field) => textOf(field, row[field.name]))));
}

const repeated = (text: string, { rows, columns }: { rows: number; columns: number }): string[][] =>
  Array.from({ length: rows }, () => Array<string>(columns).fill(text));

interface ReadBlock {
  readonly patches: readonly RowPatch[];
  /** The first cell that its field does not take: nothing is written then. */
  readonly problem?: { readonly text: string; readonly field: Field };
}

/** Pasted cells as changes of the rows, and as new items where the list has ended. Columns that cannot be changed are passed over. */
export function readBlock(
  cells: readonly (readonly string[])[],
  fields: readonly Field[],
  rows: readonly ItemRow[],
): ReadBlock {
  const patches: RowPatch[] = [];
  for (const [at, texts] of cells.entries()) {
    const patch: Record<string, Json> = {};
    for (const [column, text] of texts.entries()) {
      const field = fields[column];
      if (!field || !isEditable(field)) continue;
      const read = readCell(text, field);
      if ("error" in read) return { patches: [], problem: { text, field } };
      patch[field.name] = read.value;
    }
    if (Object.keys(patch).length > 0) patches.push({ row: rows[at], patch });
  }
  return { patches };
}
