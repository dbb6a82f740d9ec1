import { schemaFile } from "@plinth/formats";
import { collections, QUERIES, slugOf } from "./collections.ts";

/** A program with five-level queries, in Plinth's types: a file for the schema, and one for the queries. */
export function plinthProgram(): Record<string, string> {
  const queries = Array.from({ length: QUERIES }, (_, i) => (i % 2 === 0 ? byObject(i) : byPaths(i)));
  return { "schema.ts": schemaFile(collections(), "0.1.0"), "queries.ts": `${HEAD}${queries.join("")}` };
}

const HEAD = `import { createClient } from "@plinth/client";
import type { Schema } from "./schema.ts";
const db = createClient<Schema>({ url: "http://127.0.0.1" });
`;

/** Levels as objects, each with options of its own. */
const byObject = (i: number): string => `
export async function query${i}(): Promise<[string | null | undefined, unknown]> {
  const { data } = await db.from("${slugOf(i)}").list({
    filter: {
      next: { far: { parent: { farther: { previous: { _some: { text_0: { _contains: "${i}" } } } } } } },
      integer_7: { _gt: ${i} },
    },
    sort: ["-created_at", "next.text_1"],
    fields: ["text_1", "text_${i % 6}", "json_19"],
    expand: {
      next: {
        fields: ["text_1", "decimal_11"],
        expand: {
          far: {
            fields: ["text_2"],
            expand: {
              children: {
                fields: ["text_3", "timestamp_22"],
                filter: { boolean_16: true, enum_25: { _in: ["red"] } },
                limit: 5,
                expand: {
                  farther: {
                    fields: ["text_4"],
                    expand: { previous: { fields: ["text_0", "enum_25"], sort: "-text_0" } },
                  },
                },
              },
            },
          },
        },
      },
    },
  });
  return [data[0]?.next?.far?.children[0]?.farther?.previous[0]?.enum_25, data[0]?.json_19];
}
`;

/** Levels as paths. */
const byPaths = (i: number): string => `
export async function query${i}(): Promise<[string | null | undefined, number | null | undefined]> {
  const { data } = await db.from("${slugOf(i)}").list({
    filter: {
      "next.far.parent.farther.text_1": { _istarts_with: "${i}" },
      _or: [{ "parent.integer_7": { _gt: ${i} } }, { boolean_16: null }],
    },
    sort: "-next.far.created_at,text_0",
    fields: ["text_0", "minutes:json_19.minutes", "next.text_${i % 6}", "next.far.children.farther.previous.text_1"],
    expand: { nearer: { limit: 3 }, owner: { fields: "text_0" } },
    limit: 20,
  });
  return [data[0]?.next?.far?.children[0]?.farther?.previous[0]?.text_1, data[0]?.nearer[0]?.integer_7];
}
`;
