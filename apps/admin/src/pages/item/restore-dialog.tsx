import { Trans, useLingui } from "@lingui/react/macro";
import type { ItemVersion, ItemVersionTarget } from "@plinth/client";
import type { Json } from "@plinth/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { apiKey, useApiMutation } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { isOutrunBy } from "../../app/conflict/is-outrun-by.ts";
import { SingleActorName } from "../../app/single-actor-name.tsx";
import type { CollectionInfo } from "../../data/collections.ts";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { DiffView } from "../../ui/diff-view.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { Time } from "../../ui/time.tsx";
import { ConflictList } from "../../undo/conflict-list.tsx";
import { useUndo } from "../../undo/use-undo.ts";
import { useVersionValue } from "./version-value.tsx";

type Values = Readonly<Record<string, Json>>;

interface RestoreDialogProps {
  readonly collection: CollectionInfo;
  readonly target: ItemVersionTarget;
  /** Absent: the log does not have it any more. */
  readonly version: ItemVersion | undefined;
  /** The item as it is now. */
  readonly now: Values;
  /** What differs in the version. */
  readonly then: Values;
  readonly onClose: () => void;
}

/** A version of an item: what would change if it was restored, what stands in the way, and the button that does it. */
export function RestoreDialog({
  collection: info,
  target,
  version,
  now,
  then,
  onClose,
}: RestoreDialogProps): ReactNode {
  const { t } = useLingui();
  const { slug: workspace, client, rights } = useWorkspace();
  const { offer } = useUndo();
  const queries = useQueryClient();
  const { collection, id, to } = target;
  const show = useVersionValue(info);
  const isDeletion = version?.operation === "delete";
  const plan = useQuery({
    queryKey: apiKey(workspace, `items/${collection}/${id}/plan`, { to }),
    queryFn: ({ signal }) => client.changes.undo(target, { dry_run: true, on_conflict: "skip", signal }),
    enabled: version !== undefined && !isDeletion && rights.undo,
    gcTime: 0,
  });
  const restore = useApiMutation({
    run: () =>
      client.changes.undo(target, {
        onRequestId: (request) => offer(t`Restored`, request),
        // What somebody else has changed since is not written over: it is not among what is shown here.
        ...(typeof now.version === "number" && { if_version: now.version }),
      }),
    changes: [`items/${collection}`, "changes"],
    onDone: onClose,
  });
  const readAgain = () => void queries.invalidateQueries({ queryKey: apiKey(workspace, `items/${collection}`) });
  const conflicts = plan.data?.conflicts_total ?? 0;
  const isOpen = plan.data !== undefined && plan.data.changed + plan.data.restored > 0;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="lg"
      title={t`Restore this version?`}
      description={version && <Origin version={version} />}
      footer={
        <>
          <CopyButton labelled className="mr-auto" label={t`Copy link`} text={() => location.href} />
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button
            variant="primary"
            disabled={!isOpen || conflicts > 0}
            pending={restore.isPending}
            onClick={() => restore.mutate(undefined, { onError: (error) => isOutrunBy(error) && readAgain() })}
          >
            <Trans>Restore</Trans>
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 text-sm">
        {(restore.error ?? plan.error) && <ErrorState inline error={restore.error ?? plan.error} />}
        {!version && (
          <p>
            <Trans>The change log does not hold this version any more.</Trans>
          </p>
        )}
        {isDeletion && (
          <p>
            <Trans>This change deleted the item. Choose a version before it.</Trans>
          </p>
        )}
        {plan.isLoading && <SkeletonLines lines={3} />}
        {plan.data && conflicts > 0 && <ConflictList conflicts={plan.data.conflicts} total={conflicts} />}
        {plan.data && !isOpen && conflicts === 0 && (
          <p>
            <Trans>The item is as it was then.</Trans>
          </p>
        )}
        {isOpen && plan.data.restored > 0 && (
          <p>
            <Trans>The deleted item comes back, with its id.</Trans>
          </p>
        )}
        {isOpen && <DiffView before={currentOf(now, then)} after={then} show={show} />}
      </div>
    </Dialog>
  );
}

function Origin({ version: { at, actor_name, actor } }: { readonly version: ItemVersion }): ReactNode {
  return (
    <>
      <Time absolute value={at} /> · <SingleActorName actor={actor} name={actor_name} />
    </>
  );
}

function currentOf(now: Values, then: Values): Record<string, Json> {
  const names = Object.keys(then).filter((name) => Object.hasOwn(now, name));
  return Object.fromEntries(names.map((name) => [name, now[name] ?? null]));
}
