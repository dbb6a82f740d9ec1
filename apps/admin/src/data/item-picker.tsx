import type { JsonObject } from "@plinth/core";
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { apiKey } from "../api/hooks.ts";
import { useWorkspace } from "../api/workspace.ts";
import { Combobox, type ComboboxProps } from "../ui/combobox.tsx";
import type { Option } from "../ui/option.ts";
import { titleField, useCollection } from "./collections.ts";

/** Items that one search shows. */
const FOUND = 50;

export interface ItemPickerProps extends Omit<ComboboxProps, "source" | "valueLabel" | "onCreate"> {
  /** The collection whose items are searched, by the field that people know them by. */
  collection: string;
  /** Those among which it is. */
  filter?: JsonObject | undefined;
}

/** One item of a collection, found by its title or its id. */
export function ItemPicker({ collection: slug, value, filter, ...rest }: ItemPickerProps) {
  const { title, search } = useItemSearch(slug, filter);
  const label = useItemTitle(slug, title, value);
  return <Combobox {...rest} value={value} valueLabel={label} source={search} />;
}

/** A search among the items of a collection, for pickers. */
export function useItemSearch(
  slug: string,
  among?: JsonObject,
): {
  title: string;
  search: (query: string, signal: AbortSignal) => Promise<readonly Option[]>;
} {
  const { client } = useWorkspace();
  const collection = useCollection(slug);
  const title = collection ? titleField(collection) : "id";
  const fixed = JSON.stringify(among ?? {});
  const search = useCallback(
    async (query: string, signal: AbortSignal): Promise<readonly Option[]> => {
      const filter = { $and: [searched(query, title), JSON.parse(fixed) as JsonObject] };
      const { data } = await client
        .from(slug)
        .list({ fields: [...new Set(["id", title])], limit: FOUND, filter } as object, { signal });
      return (data as readonly Readonly<Record<string, unknown>>[]).map((item) => optionOf(item, title));
    },
    [client, slug, title, fixed],
  );
  return { title, search };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function searched(query: string, title: string): JsonObject {
  const text = query.trim();
  if (UUID.test(text)) return { id: text };
  if (text === "" || title === "id") return {};
  return { [title]: { _icontains: { $literal: text } } };
}

function optionOf(item: Readonly<Record<string, unknown>>, title: string): Option {
  const id = String(item.id);
  const name = item[title];
  if (title === "id" || name === null || name === undefined || name === "") return { value: id, label: id };
  return { value: id, label: String(name), description: id };
}

/** The title of an item, as soon as it is known. */
export function useItemTitle(slug: string, title: string, id: string | null): string | undefined {
  const { slug: workspace, client } = useWorkspace();
  const { data } = useQuery({
    queryKey: [...apiKey(workspace, `items/${slug}/${id}`), { title }],
    queryFn: async ({ signal }) => {
      const item: Readonly<Record<string, unknown>> = await client
        .from(slug)
        .one(id ?? "", { fields: [...new Set(["id", title])] }, { signal });
      return optionOf(item, title).label;
    },
    enabled: id !== null && id !== "" && title !== "id",
    staleTime: 60_000,
    // A title is a convenience: without it the id is shown.
    retry: false,
  });
  return data;
}
