import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { apiKey } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { diffText } from "../../ui/diff-fields.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import type { ItemRow } from "./row-pages.ts";
import type { Conflict } from "./use-writes.ts";

export interface ConflictDialogProps {
  readonly slug: string;
  readonly conflict: Conflict;
  /** With the newest version: mine is written over it. Without: theirs stays. */
  readonly onSettle: (over: ItemRow | undefined) => void;
  readonly onSeen: (row: ItemRow) => void;
}

/** Somebody else was faster: both versions side by side, and one is chosen. */
export function ConflictDialog({ slug, conflict, onSettle, onSeen }: ConflictDialogProps) {
  const { t } = useLingui();
  const { slug: workspace, api } = useWorkspace();
  const {
    data: theirs,
    error,
    refetch,
  } = useQuery({
    queryKey: [...apiKey(workspace, `items/${slug}/${conflict.id}`), "conflict"],
    queryFn: ({ signal }) => api.get<ItemRow>(`items/${encodeURIComponent(slug)}/${conflict.id}`, {}, signal),
    gcTime: 0,
    staleTime: 0,
  });
  const keepTheirs = () => {
    if (theirs) onSeen(theirs);
    onSettle(undefined);
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && keepTheirs()}
      title={t`Somebody else changed this item`}
      description={t`Your change was not saved. Choose which values it has from now on.`}
      size="md"
      footer={
        <>
          <Button onClick={keepTheirs}>
            <Trans>Keep theirs</Trans>
          </Button>
          <Button variant="primary" disabled={!theirs} onClick={() => onSettle(theirs)}>
            <Trans>Save mine</Trans>
          </Button>
        </>
      }
    >
      {error ? (
        <ErrorState inline error={error} onRetry={() => void refetch()} />
      ) : theirs === undefined ? (
        <SkeletonLines lines={3} />
      ) : (
        <table className="w-full text-left text-sm">
          <thead className="text-muted text-xs">
            <tr>
              <th scope="col" className="py-1 pr-3 font-medium">{t`Field`}</th>
              <th scope="col" className="py-1 pr-3 font-medium">{t`Theirs`}</th>
              <th scope="col" className="py-1 font-medium">{t`Mine`}</th>
            </tr>
          </thead>
          <tbody>
            {Object.entries(conflict.patch).map(([field, mine]) => (
              <tr key={field} className="border-t align-top">
                <th scope="row" className="py-1.5 pr-3 font-medium">
                  {field}
                </th>
                <td className="whitespace-pre-wrap break-words py-1.5 pr-3">{diffText(theirs[field]) || t`empty`}</td>
                <td className="whitespace-pre-wrap break-words py-1.5">{diffText(mine) || t`empty`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Dialog>
  );
}
