import { Trans, useLingui } from "@lingui/react/macro";
import { PlinthClientError, type UndoConflict } from "@plinth/client";
import { useQueryClient } from "@tanstack/react-query";
import { Undo2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { apiKey } from "../api/hooks.ts";
import { useWorkspace } from "../api/workspace.ts";
import { Button } from "../ui/button.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { toast } from "../ui/toast.ts";
import { ConflictList } from "../undo/conflict-list.tsx";

interface UndoImportProps {
  readonly slug: string;
  readonly requestId: string;
  readonly onUndone: () => void;
}

/** Takes back all that the import has written; items that somebody has changed since only stay where one says so. */
export function UndoImport({ slug, requestId, onUndone }: UndoImportProps): ReactNode {
  const { t } = useLingui();
  const { slug: workspace, client, rights } = useWorkspace();
  const queries = useQueryClient();
  const [done, setDone] = useState<number>();
  const [error, setError] = useState<unknown>();
  const conflicts = conflictsIn(error);
  const undo = async (onConflict: "refuse" | "skip") => {
    setDone(0);
    setError(undefined);
    try {
      const { stopped } = await client.changes.undo(requestId, {
        on_conflict: onConflict,
        onProgress: ({ deleted, changed }) => setDone(deleted + changed),
      });
      if (stopped) throw new Error(stopped.message);
      toast.success(t`The import is undone`);
      onUndone();
    } catch (refusal) {
      setError(refusal);
    } finally {
      setDone(undefined);
      for (const path of [`items/${slug}`, "changes"]) {
        await queries.invalidateQueries({ queryKey: apiKey(workspace, path) });
      }
    }
  };
  if (!rights.undo) return null;
  return (
    <>
      <Button icon={<Undo2 aria-hidden />} pending={done !== undefined} onClick={() => void undo("refuse")}>
        {done ? <Trans>Undoing: {done} items</Trans> : <Trans>Undo the import</Trans>}
      </Button>
      {conflicts ? (
        <div className="flex w-full flex-col items-start gap-3 pt-2">
          <p className="text-sm">
            <Trans>Nothing is undone yet: not all items are as the import left them.</Trans>
          </p>
          <ConflictList conflicts={conflicts.list} total={conflicts.total} />
          <Button onClick={() => void undo("skip")}>
            <Trans>Undo all other items</Trans>
          </Button>
        </div>
      ) : (
        error !== undefined && <ErrorState inline error={error} className="w-full" />
      )}
    </>
  );
}

interface Conflicts {
  readonly list: readonly UndoConflict[];
  readonly total: number;
}

/** What the server says stands in the way; undefined for other errors. */
function conflictsIn(error: unknown): Conflicts | undefined {
  if (!(error instanceof PlinthClientError) || !Array.isArray(error.details?.conflicts)) return undefined;
  const { conflicts, conflicts_total: total } = error.details;
  return { list: conflicts as readonly UndoConflict[], total: Number(total ?? (conflicts as unknown[]).length) };
}
