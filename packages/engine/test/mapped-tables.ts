import { expect } from "bun:test";
import type { CollectionDefinition, SqlDriver } from "@plinth/core";
import { ensureTriggers } from "@plinth/db";
import { W } from "./log-world.ts";

/** Existing tables: no owner, no version, no creation time, and their own names for the rest. */
const TABLES: Record<string, string[]> = {
  sqlite: [
    `create table "Person" (person_id text primary key, "Full Name" text not null)`,
    `create table film (film_id text primary key, title text not null, rental_rate integer, director_id text references "Person" (person_id), last_update text)`,
  ],
  postgres: [
    `create table "Person" (person_id uuid primary key, "Full Name" text collate "C" not null)`,
    `create table film (film_id uuid primary key, title text collate "C" not null, rental_rate numeric(5, 2), director_id uuid references "Person" (person_id), last_update timestamptz)`,
  ],
};

const DEFINITIONS: (CollectionDefinition & { table: string })[] = [
  {
    slug: "people",
    table: "Person",
    kind: "managed",
    columns: { id: "person_id" },
    fields: [
      { name: "name", type: "text", required: true, column: "Full Name" },
      { name: "films", type: "relation_many", to: "films", via: "director" },
    ],
  },
  {
    slug: "films",
    table: "film",
    kind: "managed",
    columns: { id: "film_id", updated_at: "last_update" },
    fields: [
      { name: "title", type: "text", required: true },
      { name: "rate", type: "decimal", precision: 5, scale: 2, column: "rental_rate" },
      { name: "director", type: "relation", to: "people", column: "director_id" },
    ],
  },
];

export const idOf = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;
export const OTHER = "00000000-0000-7000-8000-00000000f000";

/** Makes the tables, and collections of them. */
export async function adopt(driver: SqlDriver): Promise<void> {
  for (const sql of TABLES[driver.dialect]!) await driver.run({ sql, params: [] });
  for (const [i, { table, ...definition }] of DEFINITIONS.entries()) {
    const text = JSON.stringify(definition).replaceAll("'", "''");
    const sql = `insert into plinth_collections (id, workspace_id, slug, kind, definition, version, table_name, created_at)
      values ('${idOf(900 + i)}', '${W}', '${definition.slug}', 'managed', '${text}', 1, '${table}', 0)`;
    await driver.run({ sql, params: [] });
  }
  await driver.run({ sql: "update plinth_workspaces set revision = revision + 1", params: [] });
  expect((await ensureTriggers(driver)).toSorted()).toEqual(["Person", "film"]);
}
