import { deleteItems, patchItems, requireDryRun } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { answerWrite, done } from "../../http/answer-write.ts";
import { defineRoute } from "../../http/define-route.ts";
import { COUNT, data, FLAG, object, type Parameter } from "../../http/openapi/json-schema.ts";
import { knownFields, parseBulkParams } from "../../http/query/index.ts";
import type { Described, Route } from "../../http/route.ts";
import { anyJson } from "../../http/validate.ts";
import { searchOf } from "./items.ts";
import { about, filterParameter, ITEMS, query, WRITE_ERRORS } from "./items-description.ts";

const bulk = {
  ...ITEMS,
  idempotent: true,
  viewAs: true,
  query: (c: Context<AppEnv>) => parseBulkParams(searchOf(c), knownFields(c.env.ctx, c.req.param("slug")!)),
  parameters: (): Parameter[] => [
    { ...filterParameter(), required: true },
    query("limit", "Write nothing where more items match", {
      type: "integer",
      minimum: 1,
      maximum: 10_000,
      default: 1000,
    }),
    query("dry_run", "Count only", FLAG),
    query("all", "Needed where the filter leaves nothing out", FLAG),
  ],
} as const;

const bulkId = (verb: string): Described<string> => {
  return ({ slug }) => (slug === null ? `${verb}Items` : `${verb}Many_${slug}`);
};

/** One write for all items that match a filter. */
export const bulkRoutes: readonly Route[] = [
  defineRoute("PATCH /api/items/:slug", {
    ...bulk,
    id: bulkId("patch"),
    summary: about("Change all items of … that a filter finds"),
    perCollection: "update",
    body: anyJson,
    bodySchema: ({ patch }) => patch,
    response: () => data(object({ matched: COUNT, updated: COUNT, dry_run: FLAG })),
    errors: [...WRITE_ERRORS, "LIMIT_EXCEEDED", "UNIQUE_VIOLATION"],
    handle(c, { query: selected, body }) {
      requireDryRun(c.env.principal, selected.dryRun === true);
      return answerWrite(c, async (ctx) => done(await patchItems(ctx, c.req.param("slug"), selected, body)));
    },
  }),
  defineRoute("DELETE /api/items/:slug", {
    ...bulk,
    id: bulkId("delete"),
    summary: about("Delete all items of … that a filter finds"),
    perCollection: "delete",
    response: () => data(object({ matched: COUNT, deleted: COUNT, dry_run: FLAG })),
    errors: [...WRITE_ERRORS, "LIMIT_EXCEEDED", "REFERENCE_IN_USE"],
    handle(c, { query: selected }) {
      requireDryRun(c.env.principal, selected.dryRun === true);
      return answerWrite(c, async (ctx) => done(await deleteItems(ctx, c.req.param("slug"), selected)));
    },
  }),
];
