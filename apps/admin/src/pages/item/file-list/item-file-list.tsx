import { useLingui } from "@lingui/react/macro";
import type { Field, Json } from "@plinth/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useRef, useState } from "react";
import { apiKey, useApiMutation } from "../../../api/hooks.ts";
import { useWorkspace } from "../../../api/workspace.ts";
import type { CollectionInfo } from "../../../data/collections.ts";
import type { Item } from "../../../data/item.ts";
import { type Junction, junctionOf } from "../../../data/junction.ts";
import { Card } from "../../../ui/card.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { SkeletonLines } from "../../../ui/skeleton.tsx";
import { useUndo } from "../../../undo/use-undo.ts";
import { sendWrite } from "../../items/send-write.ts";
import { FileAdder } from "./file-adder.tsx";
import { FileDropField } from "./file-drop-field.tsx";
import { FileList } from "./file-list.tsx";
import { useFileStore } from "./file-store.ts";
import { endOf, type ListEntry, type Place, placesFor } from "./list-order.ts";

interface ItemFileListProps {
  readonly field: Field;
  readonly collection: CollectionInfo;
  readonly item: Item;
  readonly collections: readonly CollectionInfo[];
}

/** The files of an item's list. Each change is written at once, as those of other lists are. */
export function ItemFileList({ field, collection, item, collections }: ItemFileListProps): ReactNode {
  const junction = junctionOf(field, collection.slug, collections);
  return junction && <Entries field={field} item={item} junction={junction} />;
}

/** As many as a list can have. */
const MOST = 500;

type Operation = {
  readonly op: "create" | "update" | "delete";
  readonly id?: string;
  readonly data?: Record<string, Json>;
};

interface ListChange {
  readonly operations: readonly Operation[];
  /** What the list is like then, until the server has answered. */
  readonly shown?: readonly ListEntry[];
  /** Said once it is done, with a button that takes it back. */
  readonly done?: string;
}

interface EntriesProps extends Pick<ItemFileListProps, "field" | "item"> {
  readonly junction: Junction;
}

function Entries({ field, item, junction }: EntriesProps) {
  const { t } = useLingui();
  const { slug: workspace, client, rights, viewing } = useWorkspace();
  const { offer } = useUndo();
  const [shown, setShown] = useState<readonly ListEntry[]>();
  const { slug, back, target } = junction;
  const { data, error } = useQuery({
    queryKey: apiKey(workspace, `items/${slug}`, { of: item.id, field: field.name }),
    queryFn: async ({ signal }) => {
      const query = { filter: { [back]: item.id }, sort: ["position"], limit: MOST };
      const { data: found } = await client.from(slug).list(query as object, { signal });
      return (found as unknown as readonly Item[]).map(
        (one): ListEntry => ({ link: one.id, file: String(one[target]), position: Number(one.position) }),
      );
    },
  });
  const write = useApiMutation({
    run: async (_, { operations, done }: ListChange) => {
      const body = { operations: operations.map((one) => ({ ...one, collection: slug })) };
      const { requestId } = await sendWrite(client, { method: "POST", path: "api/batch", body });
      if (done !== undefined) offer(done, requestId);
    },
    changes: [`items/${slug}`],
  });
  const send = (change: ListChange) => {
    setShown(change.shown);
    write.mutate(change, { onSettled: () => setShown(undefined) });
  };
  const entries = shown ?? data;
  // An upload may end after the list has changed.
  const latest = useRef(entries);
  latest.current = entries;
  const add = (ids: readonly string[]) => {
    const now = latest.current ?? [];
    const added = ids.filter((id) => !now.some(({ file }) => file === id));
    if (added.length > 0) send(changesOf(now, { back, target, item: item.id }).add(added));
  };
  const files = useFileStore(field, add);
  if (!entries) {
    return <Card title={field.name}>{error ? <ErrorState inline error={error} /> : <SkeletonLines lines={2} />}</Card>;
  }
  const change = changesOf(entries, { back, target, item: item.id });
  const mayChange = rights.edit && viewing === undefined;
  const list = (
    <FileList
      label={t`Files of ${field.name}`}
      files={entries.map(({ file }) => file)}
      busy={write.isPending}
      {...(mayChange && {
        onMove: (from: number, to: number) => send(change.move(from, to)),
        onRemove: (at: number, name: string) => send({ ...change.remove(at), done: t`${name} was removed` }),
      })}
    />
  );
  const failure = error ?? write.error;
  return (
    <Card
      title={field.name}
      description={field.note ?? (mayChange ? t`Files in their order. Drop new ones here.` : t`Files in their order`)}
    >
      {mayChange ? <FileDropField files={files}>{list}</FileDropField> : list}
      {mayChange && <FileAdder field={field} files={files} disabled={write.isPending} onAdd={(id) => add([id])} />}
      {failure && <ErrorState inline error={failure} className="mt-2" />}
    </Card>
  );
}

function changesOf(
  entries: readonly ListEntry[],
  { back, target, item }: { readonly back: string; readonly target: string; readonly item: string },
) {
  const at = (places: readonly Place[]): readonly ListEntry[] => {
    const found = new Map(places.map(({ link, position }) => [link, position]));
    return entries
      .map((entry) => ({ ...entry, position: found.get(entry.link) ?? entry.position }))
      .toSorted((a, b) => a.position - b.position);
  };
  return {
    add(ids: readonly string[]): ListChange {
      const first = endOf(entries);
      const operations = ids.map(
        (id, n): Operation => ({ op: "create", data: { [back]: item, [target]: id, position: first + n } }),
      );
      return { operations };
    },
    move(from: number, to: number): ListChange {
      const places = placesFor(entries, from, to);
      const operations = places.map(
        ({ link, position }): Operation => ({ op: "update", id: link, data: { position } }),
      );
      return { operations, shown: at(places) };
    },
    remove: (index: number): ListChange => ({
      operations: [{ op: "delete", id: entries[index]!.link }],
      shown: entries.toSpliced(index, 1),
    }),
  };
}
