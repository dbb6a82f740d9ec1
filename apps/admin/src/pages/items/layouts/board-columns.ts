import { type Field, fieldType, type Json } from "@plinth/core";
import { holds } from "../conditions.ts";
import type { Group } from "./groups.ts";
import type { Lane } from "./use-lanes.ts";

/** A column of a board. Its key is the value as JSON. */
export interface BoardColumn extends Lane {
  readonly value: Json;
  /** Of the server; undefined: it is not known. */
  readonly count: number | undefined;
}

/** Columns of a board at most. */
export const MAX_COLUMNS = 40;

export interface ColumnParts {
  readonly field: Field;
  /** Items of each value; undefined: not counted, so nothing is known of them. */
  readonly groups: readonly Group[] | undefined;
  /** Of a relation: the items that can be chosen, where they are few. */
  readonly choices: readonly string[];
}

/** The values that the field can have, and those that items have. What has no value stands last, where that can be. */
export function boardColumns({ field, groups, choices }: ColumnParts): readonly BoardColumn[] {
  const counted = new Map(groups?.map(({ value, items }) => [JSON.stringify(value), items]));
  const possible: Json[] = valuesOf(field, choices);
  const found = groups?.map(({ value }) => value).filter((value) => value !== null) ?? [];
  const withNothing = !field.required || counted.has("null");
  const keys = [...new Set([...possible, ...found].map((value) => JSON.stringify(value)))].slice(0, MAX_COLUMNS);
  return [...keys, ...(withNothing ? ["null"] : [])].map((key) => {
    const value = JSON.parse(key) as Json;
    return { key, value, condition: holds(field.name, value), count: groups && (counted.get(key) ?? 0) };
  });
}

function valuesOf(field: Field, choices: readonly string[]): Json[] {
  if (field.type === "enum") return field.values ?? [];
  return fieldType(field).kind === "boolean" ? [false, true] : [...choices];
}

/** The column beside one. */
export function columnBeside(columns: readonly BoardColumn[], key: string, by: 1 | -1): string | undefined {
  return columns[columns.findIndex((column) => column.key === key) + by]?.key;
}
