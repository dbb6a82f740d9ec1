import type { ReactNode } from "react";
import { type CollectionInfo, useCollections } from "../../data/collections.ts";
import type { Item } from "../../data/item.ts";
import { ItemFileList } from "./file-list/item-file-list.tsx";
import { relatedFields } from "./item.ts";
import { RelatedList } from "./related-list.tsx";

interface RelatedItemsProps {
  readonly collection: CollectionInfo;
  readonly item: Item;
}

/** The lists of items that lead to this one, or are linked with it. */
export function RelatedItems({ collection, item }: RelatedItemsProps): ReactNode {
  const { data: collections = [] } = useCollections();
  return relatedFields(collection).map((field) => {
    const List = field.type === "files" ? ItemFileList : RelatedList;
    return <List key={field.name} field={field} collection={collection} item={item} collections={collections} />;
  });
}
