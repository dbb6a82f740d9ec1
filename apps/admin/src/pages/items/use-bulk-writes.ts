import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import type { JsonObject } from "@plinth/core";
import { useBlocker } from "@tanstack/react-router";
import { useCallback, useState } from "react";
import { useWorkspace } from "../../api/workspace.ts";
import { confirm } from "../../ui/confirm.ts";
import { errorWords } from "../../ui/error-words.ts";
import { toast } from "../../ui/toast.ts";
import {
  BULK_LIMIT,
  type BulkOutcome,
  type BulkRequest,
  type BulkTarget,
  countItems,
  isTooMany,
  writeItems,
} from "./bulk-requests.ts";
import { isUnknown } from "./send-write.ts";
import type { ItemWriting } from "./use-writes.ts";

export interface BulkWriting {
  readonly pending: boolean;
  /** Of a write of many chosen items, while it goes on. */
  readonly progress: BulkProgress | undefined;
  /** How many items the change would write, by a dry run of the server; it throws what the server would refuse. */
  count(target: BulkTarget, patch: JsonObject): Promise<number>;
  /** Changes that many items; if a filter finds more by now, none. Answers whether it was done, and says so. */
  change(target: BulkTarget, patch: JsonObject, count: number): Promise<boolean>;
  /** Asks first, with the number of items; if there are more by then, none is deleted. */
  remove(target: BulkTarget): Promise<void>;
}

export interface BulkProgress {
  readonly sent: number;
  readonly total: number;
}

export interface BulkOptions {
  readonly slug: string;
  readonly writing: Pick<ItemWriting, "begin" | "offer" | "remember" | "undo">;
  /** Items were changed, or may have been; these of the chosen ones were not. */
  readonly onDone: (left: readonly string[]) => void;
}

/** What is said of a write. */
interface Words {
  readonly done: (count: number) => string;
  readonly stopped: (count: number) => string;
}

/** Changes and deletions of many items, which one undo takes back. */
export function useBulkWrites({ slug, writing, onDone }: BulkOptions): BulkWriting {
  const { t } = useLingui();
  const { client } = useWorkspace();
  const [pending, setPending] = useState(false);
  const [progress, setProgress] = useState<BulkProgress>();
  // Elsewhere in the admin the requests go on; a page that is closed sends no more of them.
  useBlocker({ shouldBlockFn: () => false, enableBeforeUnload: progress !== undefined });
  const tooMany = t`Select at most ${BULK_LIMIT} items one by one, or all that the list shows.`;
  const countOf = useCallback(
    (request: BulkRequest) => {
      if (isTooMany(request.target)) throw new RangeError(tooMany);
      return countItems(client, slug, request);
    },
    [client, slug, tooMany],
  );
  const write = async (request: BulkRequest, words: Words): Promise<boolean> => {
    const { target } = request;
    const total = "ids" in target ? target.ids.length : 0;
    const sending = writeItems(client, slug, request, (sent) => setProgress({ sent, total }));
    // What is said of it follows at once.
    writing.begin(sending.then(() => undefined));
    const outcome = await sending;
    const { requests, written, error, failed, unsent } = outcome;
    if (error === undefined) writing.offer(words.done(written), requests);
    else if (written === 0) toast.error(titleOf(outcome), { description: errorWords(error) });
    else {
      const onClick = (event?: Pick<Event, "preventDefault">) => {
        // The message stays, and says how the undoing ended.
        event?.preventDefault();
        void writing.undo(requests);
      };
      const action = { label: t`Undo`, onClick };
      const options = { description: whyOf(outcome), ...(requests.length > 0 && { action }) };
      writing.remember(requests, toast.error(words.stopped(written), options));
    }
    // Whatever came of what got no answer is what the list shows.
    if (written > 0 || error === undefined || isUnknown(error))
      onDone(isUnknown(error) ? unsent : [...failed, ...unsent]);
    return error === undefined;
  };
  const titleOf = ({ error }: BulkOutcome) =>
    isUnknown(error) ? t`It is not known whether the items were changed` : t`Nothing was changed`;
  const whyOf = ({ error, failed }: BulkOutcome) =>
    isUnknown(error)
      ? plural(failed.length, {
          one: "It is not known whether # more item was changed: the server gave no answer.",
          other: "It is not known whether # more items were changed: the server gave no answer.",
        })
      : errorWords(error);
  const run = async (work: () => Promise<boolean>): Promise<boolean> => {
    setPending(true);
    try {
      return await work();
    } catch (error) {
      toast.error(t`Nothing was changed`, { description: errorWords(error) });
      return false;
    } finally {
      setPending(false);
      setProgress(undefined);
    }
  };
  const changing: Words = {
    done: (count) => plural(count, { one: "# item changed", other: "# items changed" }),
    stopped: (count) =>
      plural(count, { one: "# item changed, then it stopped", other: "# items changed, then it stopped" }),
  };
  const deleting: Words = {
    done: (count) => plural(count, { one: "# item deleted", other: "# items deleted" }),
    stopped: (count) =>
      plural(count, { one: "# item deleted, then it stopped", other: "# items deleted, then it stopped" }),
  };
  return {
    pending,
    progress,
    count: useCallback(async (target, patch) => countOf({ method: "PATCH", target, body: patch }), [countOf]),
    change: (target, patch, limit) => run(() => write({ method: "PATCH", target, body: patch, limit }, changing)),
    remove: async (target) => {
      await run(async () => {
        const matched = await countOf({ method: "DELETE", target });
        const sure = await confirm({
          title: plural(matched, { one: "Delete # item?", other: "Delete # items?" }),
          description: t`You can undo it as long as the change log keeps the change.`,
          confirmLabel: t`Delete`,
          danger: true,
        });
        // Not one more than somebody has agreed to.
        return sure && write({ method: "DELETE", target, limit: Math.max(1, matched) }, deleting);
      });
    },
  };
}
