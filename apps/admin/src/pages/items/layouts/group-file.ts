import { type Field, fieldType, type Json, type JsonObject } from "@plinth/core";
import { formatCells } from "@plinth/formats";
import { workbookBlob, workbookCell } from "../export-workbook.ts";
import type { Group, Grouping, Sum } from "./groups.ts";

export type GroupFormat = "xlsx" | "csv" | "json";

interface GroupTableContent {
  readonly slug: string;
  readonly grouping: Grouping;
  readonly sums: readonly Sum[];
  readonly groups: readonly Group[];
  /** Of related items, beside their ids. */
  readonly titles: ReadonlyMap<string, string> | undefined;
}

/** The groups as a file: a row for each, with its value as the API has it. */
export async function groupFile(content: GroupTableContent, format: GroupFormat): Promise<Blob> {
  const { slug, grouping, groups } = content;
  const columns = columnsOf(content);
  if (format === "json") {
    const rows = groups.map((group) => Object.fromEntries(columns.map(({ name, of }) => [name, of(group)])));
    return new Blob([JSON.stringify(rows, null, 2)], { type: "application/json" });
  }
  const names = columns.map(({ name }) => name);
  if (format === "xlsx") {
    const rows = groups.map((group) => columns.map(({ field, of }) => workbookCell(field, of(group))));
    return workbookBlob(`${slug} ${grouping.field.name}`, [names, ...rows]);
  }
  const lines = groups.map((group) => formatCells(columns.map(({ of }) => cellText(of(group)))));
  return new Blob([`${[formatCells(names), ...lines].join("\r\n")}\r\n`], { type: "text/csv;charset=utf-8" });
}

interface GroupColumn {
  readonly name: string;
  /** How a spreadsheet reads it. */
  readonly field: Pick<Field, "name" | "type">;
  of(group: Group): Json;
}

function columnsOf({ grouping: { field, bucket }, sums, titles }: GroupTableContent): readonly GroupColumn[] {
  const isRelation = fieldType(field).kind === "reference";
  const count = { name: "items", type: "integer" } as const;
  return distinct([
    { name: bucket ? `${field.name}_${bucket}` : field.name, field, of: ({ value }) => value },
    ...(isRelation
      ? [
          {
            name: `${field.name}_title`,
            field: { name: "title", type: "text" as const },
            of: ({ value }: Group) => titles?.get(String(value)) ?? null,
          },
        ]
      : []),
    { name: "items", field: count, of: ({ items }) => items },
    ...sums.map(({ field: of, fn }, at) => ({
      name: `${of}_${fn}`,
      field: { name: of, type: "number" as const },
      of: ({ sums: values }: Group) => values[at] ?? null,
    })),
  ]);
}

/** A field may be called as one of the other columns: the later one is numbered then, as no two may have one name. */
function distinct(columns: readonly GroupColumn[]): readonly GroupColumn[] {
  const taken = new Set<string>();
  return columns.map((column) => {
    let { name } = column;
    for (let at = 2; taken.has(name); at++) name = `${column.name}_${at}`;
    taken.add(name);
    return { ...column, name };
  });
}

const cellText = (value: Json): string | null =>
  value === null ? null : typeof value === "string" ? value : JSON.stringify(value);

/** All groups, page by page. */
export async function readAllGroups(
  read: (body: JsonObject) => Promise<readonly Group[]>,
  bodyAt: (offset: number) => JsonObject,
  pageSize: number,
): Promise<readonly Group[]> {
  const groups: Group[] = [];
  for (;;) {
    const page = await read(bodyAt(groups.length));
    groups.push(...page);
    if (page.length < pageSize) return groups;
  }
}
