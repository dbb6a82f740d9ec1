import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { Item } from "../../data/item.ts";
import { Card } from "../../ui/card.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { KeyValueList } from "../../ui/key-value-list.tsx";
import { Time } from "../../ui/time.tsx";

/** What Plinth keeps of every item. */
export function ItemFacts({ item }: { readonly item: Item }): ReactNode {
  const { t } = useLingui();
  const owner = item.owner_id;
  // Whoever the operator views as may not see all of them.
  const shown = (name: string) => item[name] !== undefined && item[name] !== null;
  const facts = [
    { key: "id", label: t`Id`, value: <code>{item.id}</code>, copy: <CopyButton text={item.id} label={t`Copy id`} /> },
    ...(shown("created_at")
      ? [{ key: "created", label: t`Created`, value: <Time absolute value={String(item.created_at)} /> }]
      : []),
    ...(shown("updated_at")
      ? [{ key: "updated", label: t`Changed`, value: <Time absolute value={String(item.updated_at)} /> }]
      : []),
    ...(shown("version") ? [{ key: "version", label: t`Version`, value: item.version }] : []),
    ...(typeof owner === "string" ? [{ key: "owner", label: t`Owner`, value: <code>{owner}</code> }] : []),
  ];
  return (
    <Card title={t`Kept by Plinth`}>
      <KeyValueList items={facts} />
    </Card>
  );
}
