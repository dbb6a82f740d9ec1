import { useLingui } from "@lingui/react/macro";
import { PlinthClientError } from "@plinth/client";
import { useMemo, useReducer, useRef, useState } from "react";
import { useWorkspace } from "../../api/workspace.ts";
import { useLeaveGuard } from "../../app/forms/use-leave-guard.ts";
import { toast } from "../../ui/toast.ts";
import { type Undo, useUndo } from "../../undo/use-undo.ts";
import { CellWrites, type Patch } from "./cell-writes.ts";
import type { ItemRow } from "./row-pages.ts";
import { BATCH_LIMIT, FILE_PATIENCE_MS, isUnknown, sendWrite } from "./send-write.ts";

/** A change that was refused because somebody else was faster. */
export interface RowConflict {
  /** The item as it was shown. */
  readonly row: ItemRow;
  readonly patch: Patch;
}

/** `row` is absent for an item that is new. */
export type RowPatch = { readonly row: ItemRow | undefined; readonly patch: Patch };

export interface ItemWriting {
  readonly writes: CellWrites;
  readonly revision: number;
  readonly conflict: RowConflict | undefined;
  /** Ends the conflict, with what is written over the newest version, or without writing. */
  settleConflict(over?: ItemRow, values?: Patch): void;
  /** Leaves it undecided: the values stay in their cells as refused. */
  holdConflict(): void;
  /** All or nothing, in one request that one undo takes back: its id. Undefined: nothing was written, and it was said. */
  writeTogether(patches: readonly RowPatch[]): Promise<Pick<Sent, "requestId"> | undefined>;
  /** Takes back a write; by default the last one of the collection's items. */
  readonly undo: Undo["undo"];
  /** Says what was done, with a button that takes it back. */
  readonly offer: Undo["offer"];
  /** Remembers a write for `undo`. */
  readonly remember: Undo["remember"];
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
  const { t } = useLingui();
  const [revision, changed] = useReducer((count: number) => count + 1, 0);
  const [conflicts, setConflicts] = useState<readonly RowConflict[]>([]);
  const list = useRef(shown);
  list.current = shown;
  const { undo, remember, offer } = useUndo(slug, () => list.current.refresh?.());
  const sent = useRef(onSent);
  sent.current = onSent;
  const say = useRef({ failed: "", unknown: "" });
  say.current = { failed: t`It was not saved`, unknown: t`It is not known whether it was saved` };

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
        const unknown = isUnknown(error);
        toast.error(unknown ? say.current.unknown : say.current.failed, { description: messageOf(error) });
        // Whatever came of it is what the screen shows.
        if (unknown && id !== "") void readAgain(id).catch(() => {});
      },
      onChange: changed,
    });
  }, [client, base, remember]);

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
      let sent: Sent | undefined;
      await writes.writeTogether(changes, async (versions) => {
        const send = patches.length > BATCH_LIMIT ? importRows : batchRows;
        sent = await send(client, slug, patches, versions);
        remember(sent.requestId);
        return sent.stored;
      });
      // An import answers without the new versions, and streams do not tell thousands of changes.
      if (patches.length > BATCH_LIMIT) shown.refresh?.();
      return sent;
    },
    undo,
    offer,
    remember,
  };
}

/** Milliseconds that a navigation waits for an answer. */
const PATIENCE = 2000;

function settledSoon(writes: CellWrites): Promise<unknown> {
  return Promise.race([writes.settled(), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
}

/** A write that the server has answered. */
export type Sent = { readonly requestId: string | undefined; readonly stored: readonly ItemRow[] };
type Sender = (
  client: Parameters<typeof sendWrite>[0],
  slug: string,
  patches: readonly RowPatch[],
  /** By ids: what the items must have. */
  versions: ReadonlyMap<string, number | undefined>,
) => Promise<Sent>;

const batchRows: Sender = async (client, collection, patches, versions) => {
  const operations = patches.map(({ row, patch }) => {
    if (!row) return { op: "create", collection, data: patch };
    const version = versions.get(row.id);
    return { op: "update", collection, id: row.id, data: patch, ...(version !== undefined && { if_version: version }) };
  });
  const write = { method: "POST", path: "api/batch", body: { operations } } as const;
  const { answer, requestId } = await sendWrite<{ data: readonly ItemRow[] }>(client, write);
  return { requestId, stored: answer.data };
};

interface ImportAnswer {
  readonly data: {
    readonly failed: number;
    readonly errors: readonly { readonly row: number; readonly error: { readonly message: string } }[];
  };
}

/** More rows than a batch takes: a dry run finds what would fail, so that all or nothing is written. */
const importRows: Sender = async (client, slug, patches) => {
  const raw = patches.map(({ row, patch }) => JSON.stringify({ ...(row && { id: row.id }), ...patch })).join("\n");
  const path = `api/items/${encodeURIComponent(slug)}/import`;
  const send = (dryRun: "true" | "false") => {
    const query = { format: "ndjson", on_conflict: "id", resolution: "merge", dry_run: dryRun };
    return sendWrite<ImportAnswer>(client, { method: "POST", path, query, raw, patienceMs: FILE_PATIENCE_MS }, 1);
  };
  const [problem] = (await send("true")).answer.data.errors;
  if (problem) throw new PlinthClientError("VALIDATION", `${problem.row}: ${problem.error.message}`, 422);
  const { answer, requestId } = await send("false");
  const [failed] = answer.data.errors;
  if (failed) throw new PlinthClientError("VALIDATION", `${failed.row}: ${failed.error.message}`, 422);
  const stored = patches.flatMap(({ row, patch }) => (row ? [{ ...row, ...patch } as ItemRow] : []));
  return { requestId, stored };
};

function refusalOf(error: unknown) {
  if (!(error instanceof PlinthClientError)) return { status: 0, message: messageOf(error) };
  const field = error.details?.field;
  const first = typeof field === "string" ? field.split(".")[0] : undefined;
  return { status: error.status, message: error.message, ...(first !== undefined && { field: first }) };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
