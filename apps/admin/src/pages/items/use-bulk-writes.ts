import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import type { JsonObject } from "@plinth/core";
import { useMemo, useRef, useState } from "react";
import { useWorkspace } from "../../api/workspace.ts";
import { confirm } from "../../ui/confirm.ts";
import { toast } from "../../ui/toast.ts";
import { FILE_PATIENCE_MS, isUnknown, sendWrite } from "./send-write.ts";

/** Items of one bulk write (docs/limits.md). */
const BULK_LIMIT = 10_000;

/** The items of a bulk write: those of a filter; without one, all. */
export type BulkFilter = JsonObject | undefined;

export interface BulkWriting {
  readonly pending: boolean;
  /** How many items the change would write, by a dry run of the server; it throws what the server would refuse. */
  count(filter: BulkFilter, patch: JsonObject): Promise<number>;
  /** Changes that many items; if there are more by now, none. Answers whether it was done, and says so. */
  change(filter: BulkFilter, patch: JsonObject, count: number): Promise<boolean>;
  /** Asks first, with the number of items. */
  remove(filter: BulkFilter): Promise<void>;
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
  readonly filter: BulkFilter;
  readonly body?: JsonObject;
  readonly dryRun: boolean;
  readonly limit?: number;
}

/** Changes and deletions of many items: one request, all or nothing, which one undo takes back. */
export function useBulkWrites({ slug, remember, undo, onDone }: BulkOptions): BulkWriting {
  const { t } = useLingui();
  const { client } = useWorkspace();
  const [pending, setPending] = useState(false);
  /** A write is on its way, so that no answer does not mean that nothing was changed. */
  const begun = useRef(false);
  const send = useMemo(
    () =>
      async ({ method, filter, body, dryRun, limit = BULK_LIMIT }: BulkRequest) => {
        const query = {
          filter: JSON.stringify(filter ?? {}),
          limit: String(limit),
          dry_run: String(dryRun),
          ...(!filter && { all: "true" }),
        };
        const path = `api/items/${encodeURIComponent(slug)}`;
        const write = { method, path, query, patienceMs: FILE_PATIENCE_MS, ...(body && { body }) };
        const { answer, requestId } = await sendWrite<BulkAnswer>(client, write, dryRun ? 3 : 1);
        return { ...answer.data, requestId };
      },
    [client, slug],
  );
  const write = async (request: Omit<BulkRequest, "dryRun">) => {
    begun.current = true;
    const done = await send({ ...request, dryRun: false });
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
    count: useMemo(
      () => async (filter, patch) => (await send({ method: "PATCH", filter, body: patch, dryRun: true })).matched,
      [send],
    ),
    change: (filter, patch, limit) =>
      run(async () => {
        const { updated = 0, requestId } = await write({ method: "PATCH", filter, body: patch, limit });
        toast.success(plural(updated, { one: "# item changed", other: "# items changed" }), undoing(requestId));
        onDone();
        return true;
      }),
    remove: async (filter) => {
      await run(async () => {
        const { matched } = await send({ method: "DELETE", filter, dryRun: true });
        const sure = await confirm({
          title: plural(matched, { one: "Delete # item?", other: "Delete # items?" }),
          description: t`You can undo it as long as the change log keeps the change.`,
          confirmLabel: t`Delete`,
          danger: true,
        });
        if (!sure) return false;
        const { deleted = 0, requestId } = await write({ method: "DELETE", filter });
        toast.success(plural(deleted, { one: "# item deleted", other: "# items deleted" }), undoing(requestId));
        onDone();
        return true;
      });
    },
  };
}
