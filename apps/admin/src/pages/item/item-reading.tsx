import { Plural, useLingui } from "@lingui/react/macro";
import { fieldType } from "@plinth/core";
import type { ReactNode } from "react";
import { PageLink } from "../../app/page-link.tsx";
import type { CollectionInfo } from "../../data/collections.ts";
import type { Item } from "../../data/item.ts";
import { useLocked } from "../../data/use-locked.ts";
import { textOf } from "../../schema/try-value.ts";
import { Card } from "../../ui/card.tsx";
import { JsonView } from "../../ui/json-view.tsx";
import { KeyValueList } from "../../ui/key-value-list.tsx";
import { editedFields } from "./item.ts";

interface ItemReadingProps {
  readonly collection: CollectionInfo;
  readonly item: Item;
}

/** An item as whoever the operator views as is answered it. */
export function ItemReading({ collection, item }: ItemReadingProps): ReactNode {
  const { t } = useLingui();
  const locked = useLocked();
  const fields = editedFields(collection);
  const seen = fields.filter(({ name }) => name in item);
  const hidden = fields.length - seen.length;
  if (collection.kind === "document") {
    return (
      <Card title={t`Document`} description={locked}>
        <JsonView value={item} />
      </Card>
    );
  }
  return (
    <Card title={t`Fields`} description={locked}>
      <KeyValueList
        items={seen.map((field) => ({
          key: field.name,
          label: field.name,
          value: (
            <Value text={textOf(item[field.name])} to={fieldType(field).kind === "reference" ? field.to : undefined} />
          ),
        }))}
      />
      {hidden > 0 && (
        <p className="pt-3 text-muted text-sm">
          <Plural value={hidden} one="# field is hidden from them." other="# fields are hidden from them." />
        </p>
      )}
    </Card>
  );
}

function Value({ text, to }: { readonly text: string; readonly to: string | undefined }): ReactNode {
  if (text === "") return "–";
  if (to === undefined) return <span className="whitespace-pre-wrap break-words">{text}</span>;
  return (
    <PageLink path={`collections/${to}/items/${text}`} className="break-all underline">
      {text}
    </PageLink>
  );
}
