import { checkItems, subscribeItems } from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import { parseJsonParameter } from "./json-parameter.ts";
import { defineStream } from "./stream.ts";

/** A collection's changes as the caller sees them. */
export const itemsStream = defineStream({
  id: "followItems",
  path: "/api/realtime/items/:slug",
  summary: "A collection's changes as the caller sees them",
  access: "caller",
  errors: ["COLLECTION_NOT_FOUND", "UNAUTHORIZED", "FORBIDDEN", "INVALID_CURSOR", "GONE"],
  query: { filter: z.string().max(20_000).optional() },
  resumes: true,
  subscription({ ctx, grant }, { name: slug, query, after }) {
    const request = {
      slug,
      filter: query.filter === undefined ? undefined : parseJsonParameter("filter", query.filter),
      after,
    };
    checkItems(ctx, request);
    return {
      ctx,
      grant,
      immediate: after === undefined,
      subscribe: (subscribers, connection) => subscribeItems(subscribers, ctx, grant, request, connection),
    };
  },
});
