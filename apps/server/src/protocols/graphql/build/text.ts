import type { RequestContext } from "@plinth/engine";
import { lexicographicSortSchema, printSchema } from "graphql";
import { schemaFor } from "./schema.ts";

/** The caller's schema in GraphQL's own language. Equal schemas have equal texts, whatever the order in which they were made. */
export function schemaText(ctx: RequestContext): string {
  return `${printSchema(lexicographicSortSchema(schemaFor(ctx)))}\n`;
}
