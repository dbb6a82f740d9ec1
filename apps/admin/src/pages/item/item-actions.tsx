import { Trans, useLingui } from "@lingui/react/macro";
import { Copy, MoreHorizontal, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { useApiMutation } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { useGo } from "../../app/links.ts";
import type { CollectionInfo } from "../../data/collections.ts";
import { type Item, ownValues } from "../../data/item.ts";
import { Button } from "../../ui/button.tsx";
import { confirm } from "../../ui/confirm.ts";
import { DropdownMenu } from "../../ui/dropdown-menu.tsx";
import { errorWords } from "../../ui/error-words.ts";
import { toast } from "../../ui/toast.ts";
import { useUndo } from "../../undo/use-undo.ts";
import { editedFields } from "./item.ts";

interface ItemActionsProps {
  readonly collection: CollectionInfo;
  readonly item: Item;
}

/** Copy, duplicate, delete. */
export function ItemActions({ collection, item }: ItemActionsProps): ReactNode {
  const { t } = useLingui();
  const { client } = useWorkspace();
  const go = useGo();
  const { offer } = useUndo(collection.slug);
  const items = client.from(collection.slug);
  const list = `collections/${collection.slug}/items`;
  const remove = useApiMutation({
    run: () => items.delete(item.id, { onRequestId: (request) => offer(t`Deleted`, request) }),
    changes: [`items/${collection.slug}`],
    onDone: () => go(list),
  });
  const duplicate = useApiMutation({
    run: () => items.create(copyOf(collection, item)) as Promise<unknown>,
    changes: [`items/${collection.slug}`],
    onDone: (made) => go(`${list}/${(made as Item).id}`),
  });
  const report = { onError: (error: Error) => toast.error(errorWords(error)) };
  const askRemoval = async () => {
    const confirmed = await confirm({
      title: t`Delete this item?`,
      description: t`The change log keeps it: while it does, the item can be brought back.`,
      confirmLabel: t`Delete item`,
      danger: true,
    });
    if (confirmed) remove.mutate(undefined, report);
  };
  return (
    <DropdownMenu
      entries={[
        {
          label: t`Duplicate`,
          icon: <Copy aria-hidden />,
          onSelect: () => duplicate.mutate(undefined, report),
        },
        "separator",
        { label: t`Delete`, icon: <Trash2 aria-hidden />, danger: true, onSelect: () => void askRemoval() },
      ]}
      trigger={
        <Button icon={<MoreHorizontal aria-hidden />} pending={remove.isPending || duplicate.isPending}>
          <Trans>More</Trans>
        </Button>
      }
    />
  );
}

/** A unique value cannot be in two items: it is left empty. A document is copied as it is. */
function copyOf(collection: CollectionInfo, item: Item): Record<string, never> {
  if (collection.kind === "document") return ownValues(item) as Record<string, never>;
  const copied = editedFields(collection).filter(({ unique }) => !unique);
  return Object.fromEntries(copied.map(({ name }) => [name, item[name] ?? null])) as Record<string, never>;
}
