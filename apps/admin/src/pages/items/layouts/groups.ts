import { type Field, fieldType, type Json, type JsonObject } from "@plinth/core";
import { holds } from "../conditions.ts";
import { addDays, dayOf, dayStart } from "./calendar-days.ts";

export const BUCKETS = ["day", "week", "month", "quarter", "year"] as const;
export type Bucket = (typeof BUCKETS)[number];

/** What items are grouped by; times by a part of the calendar. */
export interface Grouping {
  readonly field: Field;
  readonly bucket: Bucket | undefined;
}

/** `published:year` among the fields that can make groups. */
export function groupingOf(by: string | undefined, fields: readonly Field[]): Grouping | undefined {
  const [name, part] = (by ?? "").split(":");
  const field = fields.find((one) => one.name === name);
  if (!field) return undefined;
  const bucket = fieldType(field).calendar ? (BUCKETS.find((one) => one === part) ?? "month") : undefined;
  return { field, bucket };
}

export const groupingText = ({ field, bucket }: Grouping): string => (bucket ? `${field.name}:${bucket}` : field.name);

/** A function over a field: `pages:sum`. */
export interface Sum {
  readonly key: string;
  readonly field: string;
  readonly fn: string;
}

/** What can be told of the items of a group besides how many they are. */
export function sumsFor(fields: readonly Field[]): readonly Sum[] {
  return fields.flatMap((field) => {
    if (fieldType(field).kind !== "number" || field.name === "version") return [];
    return fieldType(field).aggregates.map((fn) => ({ key: `${field.name}:${fn}`, field: field.name, fn }));
  });
}

export interface GroupQuery {
  readonly grouping: Grouping;
  readonly filter: JsonObject | undefined;
  readonly sums: readonly Sum[];
  /** Of the browser: days begin at its midnight. */
  readonly zone: string;
  readonly limit: number;
  readonly offset: number;
}

/** The body of the aggregate: the fullest groups first, calendar parts by time. */
export function groupBody({ grouping: { field, bucket }, filter, sums, zone, limit, offset }: GroupQuery): JsonObject {
  const zoned = bucket !== undefined && fieldType(field).calendar?.zoned;
  const group = { field: field.name, as: "group", ...(bucket && { bucket }), ...(zoned && { time_zone: zone }) };
  const measures = sums.map(({ field: of, fn }, at) => [`sum_${at}`, { [fn]: of }] as const);
  return {
    group_by: [group],
    aggregates: { items: { count: "*" }, ...Object.fromEntries(measures) },
    sort: bucket ? "-group" : "-items",
    limit,
    offset,
    ...(filter && { filter }),
  };
}

export interface Group {
  readonly value: Json;
  readonly items: number;
  /** In the order of the query. */
  readonly sums: readonly Json[];
}

export function groupOf(row: JsonObject, sums: number): Group {
  const values = Array.from({ length: sums }, (_, at) => row[`sum_${at}`] ?? null);
  return { value: row.group ?? null, items: Number(row.items), sums: values };
}

/** The items of a group, as a filter. */
export function groupFilter({ field, bucket }: Grouping, value: Json): JsonObject {
  if (!bucket || typeof value !== "string") return holds(field.name, value);
  const first = value.slice(0, 10);
  const at = (day: string) => (fieldType(field).calendar?.zoned ? dayStart(day) : day);
  return { [field.name]: { _gte: at(first), _lt: at(bucketEnd(first, bucket)) } };
}

const MONTHS: Readonly<Record<string, number>> = { month: 1, quarter: 3, year: 12 };

/** The first day after it. */
function bucketEnd(first: string, bucket: Bucket): string {
  const months = MONTHS[bucket];
  if (months === undefined) return addDays(first, bucket === "week" ? 7 : 1);
  const [year = 0, month = 1] = first.split("-").map(Number);
  return dayOf(new Date(year, month - 1 + months, 1));
}
