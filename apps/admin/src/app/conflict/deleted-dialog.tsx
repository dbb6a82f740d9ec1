import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useApiMutation } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import type { Item } from "../../data/item.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { DiffView } from "../../ui/diff-view.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import type { Values } from "./conflict.ts";

interface DeletedDialogProps {
  readonly item: { readonly collection: string; readonly id: string };
  readonly mine: Values;
  /** It is there again, as it was before it was deleted. */
  readonly onBack: (item: Item) => void;
  readonly onGone: () => void;
  readonly onClose: () => void;
}

/** The item of a change has been deleted: it is brought back for it, or stays deleted. */
export function DeletedDialog({ item, mine, onBack, onGone, onClose }: DeletedDialogProps): ReactNode {
  const { t } = useLingui();
  const { client, rights } = useWorkspace();
  const { collection, id } = item;
  const items = client.from(collection);
  const revive = useApiMutation({
    run: async () => {
      const { data } = await items.history(id, { limit: 2 });
      const version = data.find(({ operation }) => operation !== "delete");
      if (!version) throw new Error(t`The change log does not hold what the item was.`);
      await client.changes.undo({ collection, id, to: version.position });
      return (await items.one(id)) as unknown as Item;
    },
    changes: [`items/${collection}`],
    onDone: onBack,
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="lg"
      title={t`Somebody else has deleted this item`}
      description={
        rights.undo
          ? t`Your change is not saved. Bring the item back to save it.`
          : t`Your change is not saved. An administrator can bring the item back.`
      }
      footer={
        <>
          <Button className="mr-auto" onClick={onClose}>
            <Trans>Back</Trans>
          </Button>
          <Button onClick={onGone}>
            <Trans>Leave it deleted</Trans>
          </Button>
          {rights.undo && (
            <Button variant="primary" pending={revive.isPending} onClick={() => revive.mutate()}>
              <Trans>Bring it back with mine</Trans>
            </Button>
          )}
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {revive.error && <ErrorState inline error={revive.error} />}
        <DiffView before={{}} after={mine} />
      </div>
    </Dialog>
  );
}
