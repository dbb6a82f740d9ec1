import { type Field, fieldType, type JsonObject } from "@plinth/core";
import { useQuery } from "@tanstack/react-query";
import { apiKey } from "../../../api/hooks.ts";
import { useWorkspace } from "../../../api/workspace.ts";
import { titleField, useCollection } from "../../../data/collections.ts";
import { readTitles, titleList } from "./read-titles.ts";

export interface Choices {
  /** Ids, where they are few enough to be columns; else none. */
  readonly ids: readonly string[];
  readonly titles: ReadonlyMap<string, string>;
}

/** Related items that are offered as columns though no item refers to them. */
const FEW = 20;
const NONE: Choices = { ids: [], titles: new Map() };

/**
 * The items that a relation can lead to, and the titles of those in `used`. `undefined` while they are read; what cannot be
 * read has its id for a title.
 */
export function useChoices(field: Field, used: readonly string[] | undefined): Choices | undefined {
  const { slug: workspace, client } = useWorkspace();
  const isRelation = fieldType(field).kind === "reference";
  const target = useCollection(field.to ?? "");
  const title = target ? titleField(target) : "id";
  const slug = target?.slug ?? "";
  const { data, error } = useQuery({
    queryKey: [...apiKey(workspace, `items/${slug}`), "choices", title, used],
    queryFn: async ({ signal }): Promise<Choices> => {
      const fields = [...new Set(["id", title])];
      const sort = title === "id" ? "id" : title;
      const first = await client.from(slug).list({ fields, sort, limit: FEW + 1 } as object, { signal });
      const known = new Map<string, string>();
      for (const row of first.data as readonly JsonObject[]) known.set(String(row.id), String(row[title] ?? row.id));
      const ids = first.data.length > FEW ? [] : [...known.keys()];
      const missing = (used ?? []).filter((id) => !known.has(id));
      const list = titleList(client, slug, title, signal);
      return { ids, titles: new Map([...known, ...(await readTitles(list, title, missing))]) };
    },
    enabled: isRelation && target !== undefined && target !== null && used !== undefined,
    retry: false,
    placeholderData: (before) => before,
  });
  if (!isRelation || target === null || error) return NONE;
  return data;
}
