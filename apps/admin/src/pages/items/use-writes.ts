import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { PlinthClientError } from "@plinth/client";
import { useMemo, useReducer, useRef, useState } from "react";
import { useWorkspace } from "../../api/workspace.ts";
import { useLeaveGuard } from "../../app/forms/use-leave-guard.ts";
import { errorWords } from "../../ui/error-words.ts";
import { toast } from "../../ui/toast.ts";
import { type Undo, useUndo } from "../../undo/use-undo.ts";
import { CellWrites, type Patch } from "./cell-writes.ts";
import type { ItemRow } from "./row-pages.ts";
import { type RowPatch, SentInPart, type SentRows, sendRows } from "./send-rows.ts";
import { BATCH_LIMIT, isUnknown, sendWrite } from "./send-write.ts";

/** A change that was refused because somebody else was faster. */
export interface RowConflict {
  /** The item as it was shown. */
  readonly row: ItemRow;
  readonly patch: Patch;
}

export interface ItemWriting {
  readonly writes: CellWrites;
  readonly revision: number;
  readonly conflict: RowConflict | undefined;
  /** Ends the conflict, with what is written over the newest version, or without writing. */
  settleConflict(over?: ItemRow, values?: Patch): void;
  /** Leaves it undecided: the values stay in their cells as refused. */
  holdConflict(): void;
  /** All or nothing, as far as one request reaches; one undo takes all back. Undefined: not all was written, and it was said. */
  writeTogether(patches: readonly RowPatch[]): Promise<SentRows | undefined>;
  /** Takes back a write; by default the last one of the collection's items. */
  readonly undo: Undo["undo"];
  /** Says what was done, with a button that takes it back. */
  readonly offer: Undo["offer"];
  /** Remembers a write for `undo`. */
  readonly remember: Undo["remember"];
  /** Tells `undo` of a write that is under way. */
  readonly begin: Undo["begin"];
}

/** What shows the items, and takes them as they are stored. */
export interface ShownRows {
  replace(row: ItemRow): boolean;
  /** Reads them again. Absent: what shows them does so by itself. */
  refresh?(): void;
}

/** A write of one item that the server has stored; by its request's id it can be undone. */
export type OnSent = (id: string, patch: Patch, requestId: string | undefined) => void;

interface WritesOptions {
  readonly onSent?: OnSent;
  /** What is refused was only moved, and is lost without a question. */
  readonly isMoved?: boolean;
}

/** Writes of a layout: each is shown as done only when the server has stored it. */
export function useWrites(
  slug: string,
  shown: ShownRows,
  { onSent, isMoved = false }: WritesOptions = {},
): ItemWriting {
  const { client } = useWorkspace();
  const { t, i18n } = useLingui();
  const [revision, changed] = useReducer((count: number) => count + 1, 0);
  const [conflicts, setConflicts] = useState<readonly RowConflict[]>([]);
  const list = useRef(shown);
  list.current = shown;
  const { undo, remember, offer, begin } = useUndo(slug, () => list.current.refresh?.());
  const sent = useRef(onSent);
  sent.current = onSent;
  const say = useRef({ failed: "", unknown: "" });
  say.current = { failed: t`It was not saved`, unknown: t`It is not known whether it was saved` };

  const sayInPart = useRef((_: SentInPart) => {});
  sayInPart.current = ({ written, requests, cause }) => {
    const title = plural(written, { one: "# item saved, then it stopped", other: "# items saved, then it stopped" });
    const action = { label: t`Undo`, onClick: () => void undo(requests) };
    remember(requests, toast.error(title, { description: errorWords(cause), action }));
    list.current.refresh?.();
  };

  const base = `api/items/${encodeURIComponent(slug)}`;
  const writes = useMemo(() => {
    const readAgain = async (id: string) => {
      const response = await client.request(`${base}/${encodeURIComponent(id)}`);
      list.current.replace(((await response.json()) as { data: ItemRow }).data);
    };
    return new CellWrites({
      async send(id, patch, version) {
        const path = `${base}/${encodeURIComponent(id)}`;
        const write = { method: "PATCH", path, body: patch, ...(version !== undefined && { version }) } as const;
        const { answer, requestId } = await sendWrite<{ data: ItemRow }>(client, write);
        remember(requestId);
        sent.current?.(id, patch, requestId);
        return answer.data;
      },
      refusalOf,
      onStored: (row) => void list.current.replace(row),
      onConflict: (row, patch) => setConflicts((open) => [...open, { row, patch }]),
      onFailed: (id, _, error) => {
        if (error instanceof SentInPart) return sayInPart.current(error);
        const unknown = isUnknown(error);
        toast.error(unknown ? say.current.unknown : say.current.failed, { description: errorWords(error) });
        // Whatever came of it is what the screen shows.
        if (unknown && id !== "") void readAgain(id).catch(() => {});
      },
      onChange: changed,
      onBegun: begin,
    });
  }, [client, base, remember, begin]);

  useLeaveGuard(
    () => {
      const isUnsaved = () => (isMoved ? writes.isPending : writes.isUnsaved);
      return isUnsaved() && settledSoon(writes).then(isUnsaved);
    },
    // Another filter or order leaves the drafts as they are.
    { isKeptOnPage: true },
  );

  const [conflict] = conflicts;
  return {
    writes,
    revision,
    conflict,
    settleConflict(over, values) {
      if (!conflict) return;
      setConflicts((open) => open.slice(1));
      writes.drop(conflict.row.id, Object.keys(conflict.patch));
      if (over && values) void writes.write(over, values);
    },
    holdConflict() {
      if (!conflict) return;
      setConflicts((open) => open.slice(1));
      if (isMoved) writes.drop(conflict.row.id, Object.keys(conflict.patch));
      else writes.hold(conflict.row.id, conflict.patch, t`Somebody else has changed this item.`);
    },
    async writeTogether(patches) {
      const changes = patches.flatMap(({ row, patch }) => (row ? [{ row, patch }] : []));
      let sent: SentRows | undefined;
      let message: string | undefined;
      const total = i18n.number(patches.length);
      const onProgress = (count: number) => {
        const written = i18n.number(count);
        message = toast.loading(t`Saving: ${written} of ${total}`, message);
      };
      const written = writes.writeTogether(changes, async (versions) => {
        sent = await sendRows(client, slug, patches, versions, onProgress);
        remember(sent.requests);
        return sent.stored;
      });
      begin(written);
      await written;
      if (message !== undefined) toast.dismiss(message);
      // Streams do not tell thousands of changes.
      if (patches.length > BATCH_LIMIT) shown.refresh?.();
      return sent;
    },
    undo,
    offer,
    remember,
    begin,
  };
}

/** Milliseconds that a navigation waits for an answer. */
const PATIENCE = 2000;

function settledSoon(writes: CellWrites): Promise<unknown> {
  return Promise.race([writes.settled(), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
}

function refusalOf(error: unknown) {
  if (!(error instanceof PlinthClientError)) return { status: 0, message: errorWords(error) };
  const field = error.details?.field;
  const first = typeof field === "string" ? field.split(".")[0] : undefined;
  return { status: error.status, message: errorWords(error), ...(first !== undefined && { field: first }) };
}
