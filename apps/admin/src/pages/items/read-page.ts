import type { View } from "@plinth/client";
import { type Field, fieldType, type Json, type JsonObject } from "@plinth/core";
import { type CollectionInfo, titleField } from "../../data/collections.ts";
import type { ItemRow, LoadedPage } from "./row-pages.ts";

/** Relations whose titles are read with the rows: each costs the server a statement. */
const TITLED_RELATIONS = 8;

/** Items of a list that a cell shows. One more is read, to know whether there are more. */
const LISTED = 10;

/** The same of files, of which little is read. */
const LISTED_FILES = 50;

/** Relations to one item or to many, with the field by which people know it. */
export type Relations = readonly {
  readonly field: string;
  readonly title: string;
  readonly isList: boolean;
  /** A list of files: which of them are pictures is read too. */
  readonly isFiles?: boolean;
}[];

/** A list of items over a junction, such as the tags of a post. */
export const isLinkList = (field: Field): boolean => field.through !== undefined;

/** `shown`: the fields that are columns. Lists are read for columns only. */
export function titledRelations(
  collection: CollectionInfo,
  all: readonly CollectionInfo[],
  shown: readonly Field[] = [],
): Relations {
  const lists = shown.filter(isLinkList);
  return collection.fields
    .filter((field) => fieldType(field).kind === "reference" || lists.some(({ name }) => name === field.name))
    .flatMap((field) => {
      const target = all.find(({ slug }) => slug === field.to);
      const title = target ? titleField(target) : "id";
      const isList = isLinkList(field);
      const isFiles = field.type === "files";
      return title === "id" && !isList ? [] : [{ field: field.name, title, isList, ...(isFiles && { isFiles }) }];
    })
    .slice(0, TITLED_RELATIONS);
}

export interface LinkTitles {
  readonly titles: readonly string[];
  /** There are more than were read; how many is not known. */
  readonly hasMore: boolean;
}

/** What people call the items of a list. */
export function linkTitles(value: Json | undefined): LinkTitles {
  if (!Array.isArray(value)) return { titles: [], hasMore: false };
  const titles = value.slice(0, LISTED).map((item) => {
    const { id, ...rest } = item as JsonObject;
    const [title] = Object.values(rest);
    return String(title ?? id);
  });
  return { titles, hasMore: value.length > LISTED };
}

/** A file of a list, as far as a row has it. */
export interface ListedFile {
  readonly id: string;
  readonly content_type: string | undefined;
}

export interface ListedFiles {
  readonly files: readonly ListedFile[];
  readonly hasMore: boolean;
}

/** The files of a list, in their order. */
export function listedFiles(value: unknown): ListedFiles {
  if (!Array.isArray(value)) return { files: [], hasMore: false };
  return { files: value.slice(0, LISTED_FILES) as ListedFile[], hasMore: value.length > LISTED_FILES };
}

/** Of a list of files: the first that is a picture, else the first. */
export function firstPicture(value: unknown): string | undefined {
  const { files } = listedFiles(value);
  return (files.find(({ content_type }) => content_type?.startsWith("image/")) ?? files[0])?.id;
}

export interface ListOptions {
  readonly filter?: JsonObject;
  readonly sort?: readonly string[];
  readonly limit?: number;
  readonly cursor?: string;
  readonly expand?: Readonly<Record<string, object>>;
}

export interface ListQuery {
  readonly filter: JsonObject | undefined;
  readonly sort: readonly string[];
  readonly relations: Relations;
}

export function listQuery({ filter, sort, relations }: ListQuery): ListOptions {
  const expand = Object.fromEntries(
    relations.map(({ field, title, isList, isFiles }) => [
      field,
      {
        fields: [...new Set(["id", title, ...(isFiles ? ["content_type"] : [])])],
        ...(isList && { limit: (isFiles ? LISTED_FILES : LISTED) + 1 }),
      },
    ]),
  );
  return {
    ...(filter && { filter }),
    ...(sort.length > 0 && { sort }),
    ...(relations.length > 0 && { expand }),
  };
}

/** One page of items, with related items as their ids; their titles go into `titles`. */
export async function readPage(
  client: View,
  slug: string,
  query: ListOptions,
  stop: AbortSignal,
  titles: Map<string, string>,
): Promise<LoadedPage> {
  const { data, next_cursor } = await client.from(slug).list(query as object, { signal: stop });
  // Titles of rows that are long out of sight are not worth their memory.
  if (titles.size > 20_000) titles.clear();
  return {
    rows: (data as readonly ItemRow[]).map((row) => flatRow(row, Object.keys(query.expand ?? {}), titles)),
    next: next_cursor ?? null,
  };
}

/** Related items become their ids again, as in the stream; their titles are remembered. */
function flatRow(row: ItemRow, relations: readonly string[], titles: Map<string, string>): ItemRow {
  const ids: Record<string, string> = {};
  for (const name of relations) {
    const item = row[name];
    if (typeof item !== "object" || item === null || Array.isArray(item)) continue;
    const id = String(item.id);
    const title = Object.entries(item).find(([key]) => key !== "id")?.[1];
    if (title !== null && title !== undefined) titles.set(id, String(title));
    ids[name] = id;
  }
  return { ...row, ...ids };
}
