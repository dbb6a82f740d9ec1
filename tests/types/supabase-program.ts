import { type Field, fieldType, isJson, isVirtual } from "@plinth/core";
import type { DescribedCollection } from "@plinth/formats";
import { typeOfSchema } from "@plinth/formats";
import { collections, QUERIES, slugOf } from "./collections.ts";

/** The same collections and queries in the types of supabase-js, with a schema as its own generator writes it. */
export function supabaseProgram(): Record<string, string> {
  return { "schema.ts": schema(), "queries.ts": `${HEAD}${queries()}` };
}

function schema(): string {
  return `export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];
export type Database = { public: { Tables: {
${collections().map(table).join("")}}; Views: {}; Functions: {}; Enums: {}; CompositeTypes: {} } };
`;
}

function table({ slug, fields, system_fields }: DescribedCollection): string {
  const columns = [...system_fields, ...fields].filter((field) => !isVirtual(field));
  const members = (mark: (field: Field) => string): string =>
    columns.map((field) => `      ${field.name}${mark(field)}: ${typeOf(field)};\n`).join("");
  const relations = fields.flatMap(({ name, to }) =>
    to && columns.some((column) => column.name === name) ? [{ name, to }] : [],
  );
  return `  ${slug}: {
    Row: {\n${members(() => "")}    };
    Insert: {\n${members(({ name, required }) => (required && name !== "id" ? "" : "?"))}    };
    Update: {\n${members(() => "?")}    };
    Relationships: [
${relations
  .map(
    ({ name, to }) =>
      `      { foreignKeyName: "${slug}_${name}_fkey"; columns: ["${name}"]; isOneToOne: false; referencedRelation: "${to}"; referencedColumns: ["id"] },\n`,
  )
  .join("")}    ];
  };
`;
}

function typeOf(field: Field): string {
  const type = isJson(field) ? "Json" : typeOfSchema(fieldType(field).rowSchema(field));
  return field.required ? type : `${type} | null`;
}

const HEAD = `import { createClient } from "@supabase/supabase-js";
import type { Database } from "./schema.ts";
const db = createClient<Database>("http://127.0.0.1", "key");
`;

function queries(): string {
  return Array.from({ length: QUERIES }, (_, i) => query(i)).join("");
}

/** Relations by their constraints, as several lead to the same table. */
function query(i: number): string {
  const next = slugOf(i + 1);
  const far = slugOf(i + 8);
  const child = far;
  const farther = slugOf(i + 21);
  const previous = slugOf(i + 20);
  return `
export async function query${i}(): Promise<[string | null | undefined, unknown]> {
  const { data } = await db
    .from("${slugOf(i)}")
    .select(
      \`id, text_1, text_${i % 6 === 1 ? 2 : i % 6}, json_19,
      next:${next}!${slugOf(i)}_next_fkey ( id, text_1, decimal_11, far:${far}!${next}_far_fkey ( id, text_2,
        children:${child}!${far}_parent_fkey ( id, text_3, timestamp_22, farther:${farther}!${child}_farther_fkey ( id, text_4,
          previous:${previous}!${previous}_next_fkey ( id, text_0, enum_25 ) ) ) ) )\`,
    )
    .gt("integer_7", ${i})
    .like("text_0", "%${i}%")
    .order("created_at", { ascending: false })
    .limit(20);
  return [data?.[0]?.next?.far?.children[0]?.farther?.previous[0]?.enum_25, data?.[0]?.json_19];
}
`;
}
