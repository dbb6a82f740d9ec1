import { Trans, useLingui } from "@lingui/react/macro";
import { PlinthClientError } from "@plinth/client";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { apiKey } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { type Item, ownValues } from "../../data/item.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import type { Values } from "./conflict.ts";
import { ConflictDialog } from "./conflict-dialog.tsx";
import { DeletedDialog } from "./deleted-dialog.tsx";

export interface ItemConflictDialogProps {
  readonly collection: string;
  readonly id: string;
  /** What the change began with. */
  readonly base: Values;
  readonly mine: Values;
  /** `mine` is a whole document. */
  readonly isWhole?: boolean;
  readonly pending?: boolean;
  /** With the newest version, and what is to be written over it; undefined: theirs stays. */
  readonly onSettle: (theirs: Item, values: Values | undefined) => void;
  /** It stays deleted. */
  readonly onGone: () => void;
  /** Nothing is decided, and what was typed stays. */
  readonly onClose: () => void;
}

/** After a write that was refused because somebody else was faster: reads the newest version, and asks which values stay. */
export function ItemConflictDialog(props: ItemConflictDialogProps): ReactNode {
  const { collection, id, base, mine, isWhole = false, pending, onSettle, onGone, onClose } = props;
  const { t } = useLingui();
  const { slug: workspace, api } = useWorkspace();
  const { data, error, refetch } = useQuery({
    queryKey: [...apiKey(workspace, `items/${collection}/${id}`), "conflict"],
    queryFn: ({ signal }) => api.get<Item>(`items/${encodeURIComponent(collection)}/${id}`, {}, signal),
    gcTime: 0,
    staleTime: 0,
  });
  if (error instanceof PlinthClientError && error.code === "ITEM_NOT_FOUND") {
    return (
      <DeletedDialog
        item={{ collection, id }}
        mine={mine}
        onBack={(theirs) => onSettle(theirs, mine)}
        onGone={onGone}
        onClose={onClose}
      />
    );
  }
  if (error || !data) {
    return (
      <Dialog
        open
        onOpenChange={onClose}
        title={t`Somebody else has changed this item`}
        footer={
          <Button onClick={onClose}>
            <Trans>Back</Trans>
          </Button>
        }
      >
        {error ? <ErrorState inline error={error} onRetry={() => void refetch()} /> : <SkeletonLines lines={3} />}
      </Dialog>
    );
  }
  return (
    <ConflictDialog
      // A newer version is another question.
      key={data.version}
      conflict={{ base, mine, theirs: isWhole ? ownValues(data) : data, isWhole }}
      pending={pending}
      onSettle={(values) => onSettle(data, values)}
      onClose={onClose}
    />
  );
}
