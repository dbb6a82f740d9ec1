import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import type { JsonObject } from "@plinth/core";
import { useCallback, useRef, useState } from "react";
import { useWorkspace } from "../../api/workspace.ts";
import { confirm } from "../../ui/confirm.ts";
import { toast } from "../../ui/toast.ts";
import { BATCH_LIMIT, FILE_PATIENCE_MS, isUnknown, sendWrite } from "./send-write.ts";

/** Items of one bulk write (docs/limits.md). */
const BULK_LIMIT = 10_000;
/** Ids that an address can hold: a server takes some thousand characters. */
const ADDRESS_IDS = 200;

/** The items of a bulk write: those that were chosen, or those of a filter; without one, all. */
export type BulkTarget = { readonly ids: readonly string[] } | { readonly filter?: JsonObject | undefined };

export interface BulkWriting {
  readonly pending: boolean;
  /** How many items the change would write, by a dry run of the server; it throws what the server would refuse. */
  count(target: BulkTarget, patch: JsonObject): Promise<number>;
  /** Changes that many items; if there are more by now, none. Answers whether it was done, and says so. */
  change(target: BulkTarget, patch: JsonObject, count: number): Promise<boolean>;
  /** Asks first, with the number of items. */
  remove(target: BulkTarget): Promise<void>;
}

export interface BulkOptions {
  readonly slug: string;
  /** Remembers the write, so that it can be undone. */
  readonly remember: (requestId: string | undefined) => void;
  readonly undo: (requestId: string) => Promise<void>;
  /** Items were changed, or may have been. */
  readonly onDone: () => void;
}

interface BulkAnswer {
  readonly data: { readonly matched: number; readonly updated?: number; readonly deleted?: number };
}

interface BulkRequest {
  readonly method: "PATCH" | "DELETE";
  readonly target: BulkTarget;
  readonly body?: JsonObject;
  readonly limit?: number;
}

type Client = Parameters<typeof sendWrite>[0];
interface Done {
  /** Items that were found, and those that were written. */
  readonly matched: number;
  readonly written: number;
  readonly requestId: string | undefined;
}

/** Changes and deletions of many items: one request, all or nothing, which one undo takes back. */
export function useBulkWrites({ slug, remember, undo, onDone }: BulkOptions): BulkWriting {
  const { t } = useLingui();
  const { client } = useWorkspace();
  const [pending, setPending] = useState(false);
  /** A write is on its way, so that no answer does not mean that nothing was changed. */
  const begun = useRef(false);
  const tooMany = t`Select at most ${BATCH_LIMIT} items one by one, or all that the list shows.`;
  const countOf = useCallback(
    (request: BulkRequest) => {
      const { target } = request;
      if ("ids" in target && target.ids.length > BATCH_LIMIT) throw new RangeError(tooMany);
      return dryRun(client, slug, request);
    },
    [client, slug, tooMany],
  );
  const write = async (request: BulkRequest) => {
    const { target } = request;
    begun.current = true;
    const isLong = "ids" in target && target.ids.length > ADDRESS_IDS;
    const done = await (isLong ? sendBatch(client, slug, request, target.ids) : sendBulk(client, slug, request));
    remember(done.requestId);
    return done;
  };
  const run = async (work: () => Promise<boolean>): Promise<boolean> => {
    setPending(true);
    begun.current = false;
    try {
      return await work();
    } catch (error) {
      const unknown = begun.current && isUnknown(error);
      toast.error(unknown ? t`It is not known whether the items were changed` : t`Nothing was changed`, {
        description: error instanceof Error ? error.message : String(error),
      });
      // Whatever came of it is what the list shows.
      if (unknown) onDone();
      return false;
    } finally {
      setPending(false);
    }
  };
  /** Of this write, whatever was written since. */
  const undoing = (requestId: string | undefined) =>
    requestId === undefined ? {} : { action: { label: t`Undo`, onClick: () => void undo(requestId) } };
  return {
    pending,
    count: useCallback(async (target, patch) => countOf({ method: "PATCH", target, body: patch }), [countOf]),
    change: (target, patch, limit) =>
      run(async () => {
        const { written, requestId } = await write({ method: "PATCH", target, body: patch, limit });
        toast.success(plural(written, { one: "# item changed", other: "# items changed" }), undoing(requestId));
        onDone();
        return true;
      }),
    remove: async (target) => {
      await run(async () => {
        const matched = await countOf({ method: "DELETE", target });
        const sure = await confirm({
          title: plural(matched, { one: "Delete # item?", other: "Delete # items?" }),
          description: t`You can undo it as long as the change log keeps the change.`,
          confirmLabel: t`Delete`,
          danger: true,
        });
        if (!sure) return false;
        const { written, requestId } = await write({ method: "DELETE", target });
        toast.success(plural(written, { one: "# item deleted", other: "# items deleted" }), undoing(requestId));
        onDone();
        return true;
      });
    },
  };
}

/** How many items the write would be of. */
async function dryRun(client: Client, slug: string, request: BulkRequest): Promise<number> {
  const { target } = request;
  if (!("ids" in target)) return (await sendBulk(client, slug, request, true)).matched;
  let count = 0;
  for (let at = 0; at < target.ids.length; at += ADDRESS_IDS) {
    const part = { ids: target.ids.slice(at, at + ADDRESS_IDS) };
    count += (await sendBulk(client, slug, { ...request, target: part }, true)).matched;
  }
  return count;
}

async function sendBulk(
  client: Client,
  slug: string,
  { method, target, body, limit = BULK_LIMIT }: BulkRequest,
  isDry = false,
): Promise<Done> {
  const filter = "ids" in target ? { id: { _in: [...target.ids] } } : target.filter;
  const query = {
    filter: JSON.stringify(filter ?? {}),
    limit: String(limit),
    dry_run: String(isDry),
    ...(!filter && { all: "true" }),
  };
  const path = `api/items/${encodeURIComponent(slug)}`;
  const write = { method, path, query, patienceMs: FILE_PATIENCE_MS, ...(body && { body }) };
  const { answer, requestId } = await sendWrite<BulkAnswer>(client, write, isDry ? 3 : 1);
  const { matched, updated, deleted } = answer.data;
  return { matched, written: updated ?? deleted ?? 0, requestId };
}

/** More ids than an address holds. */
async function sendBatch(
  client: Client,
  collection: string,
  { method, body }: BulkRequest,
  ids: readonly string[],
): Promise<Done> {
  const change = method === "DELETE" ? { op: "delete" } : { op: "update", data: body };
  const operations = ids.map((id) => ({ ...change, collection, id }));
  const write = { method: "POST", path: "api/batch", body: { operations } } as const;
  const { requestId } = await sendWrite(client, { ...write, patienceMs: FILE_PATIENCE_MS }, 1);
  return { matched: ids.length, written: ids.length, requestId };
}
