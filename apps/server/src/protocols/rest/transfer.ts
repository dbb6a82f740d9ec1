import { excerpt, PlinthError } from "@plinth/core";
import {
  exportItems,
  type HeldLock,
  importItems,
  isFreeForImport,
  type RequestContext,
  releaseKey,
  requireDryRun,
  requireOwnRequest,
  requireSameFile,
} from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import {
  CONTENT_TYPES,
  DECIMAL_SIGNS,
  FORMATS,
  type Format,
  formatOf,
  type ImportProgress,
  parseMap,
} from "@plinth/formats";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { answerFile } from "../../http/answer-file.ts";
import { answerWithStatus, keyIn } from "../../http/answer-write.ts";
import { steadyBody } from "../../http/body-timeout.ts";
import { defineRoute } from "../../http/define-route.ts";
import { answerOnce, continueAs, type IdempotentAnswer } from "../../http/idempotency.ts";
import { ANY_OBJECT, data, listOf, ref } from "../../http/openapi/json-schema.ts";
import { answerWithProgress } from "../../http/progress.ts";
import { exportInputOf, upsertInputOf } from "../../http/query/index.ts";
import type { Route } from "../../http/route.ts";
import { about, header, ITEMS, itemId, READ_ERRORS, WRITE_ERRORS } from "./items-description.ts";

const flag = z.enum(["true", "false"]).default("false");
const importQuery = z.strictObject({
  format: z.enum(FORMATS).optional(),
  dry_run: flag,
  mode: z
    .enum(["insert", "update"])
    .optional()
    .describe(
      "With update, each row changes the item of its id, which has the row's version if it names one: all rows, or none",
    ),
  map: z.string().optional(),
  convert: flag,
  null: z.string().max(1000).optional(),
  dates: z.string().max(20).optional(),
  decimal: z.enum(DECIMAL_SIGNS).optional(),
  unknown: z.enum(["refuse", "skip"]).optional(),
  // The server's own ids alone have a time, by which an undo knows whether the log still has all of the request.
  run: z
    .uuidv7()
    .optional()
    .describe("The x-request-id of the answer to the first part of a file that is sent in parts"),
  on_conflict: z.string().optional(),
  resolution: z.enum(["merge", "ignore"]).optional(),
});

/** Streamed import and export of items. */
export const transferRoutes: readonly Route[] = [
  defineRoute("GET /api/items/:slug/export", {
    ...ITEMS,
    id: itemId("export"),
    summary: about("Export items of …"),
    load: "bulk",
    viewAs: true,
    perCollection: "read",
    query: z.strictObject({
      format: z.enum(FORMATS).default("json"),
      filter: z.string().optional(),
      sort: z.string().optional(),
      fields: z.string().optional(),
    }),
    response: ({ item }) => listOf(item),
    responseTypes: Object.values(CONTENT_TYPES),
    errors: READ_ERRORS,
    async handle(c, { query: { format, ...rest } }) {
      const slug = c.req.param("slug");
      const pieces = await exportItems(c.env.ctx, slug, { format, input: exportInputOf(rest) });
      const headers = {
        "content-type": CONTENT_TYPES[format],
        "content-disposition": `attachment; filename="${slug}.${format}"`,
      };
      return answerFile(c, pieces, headers);
    },
  }),
  defineRoute("POST /api/items/:slug/import", {
    ...ITEMS,
    id: itemId("import"),
    summary: about("Import items into … from a file"),
    load: "import",
    viewAs: true,
    perCollection: "create",
    idempotent: true,
    query: importQuery,
    parameters: () => [
      header("Content-Encoding", "A compressed file, which is also recognised by its first bytes", {
        type: "string",
        enum: ["identity", "gzip", "x-gzip"],
      }),
    ],
    bodyTypes: Object.values(CONTENT_TYPES),
    bodySchema: () => listOf(ANY_OBJECT),
    response: () => data(ref("ImportResult")),
    errors: [...WRITE_ERRORS, "ITEM_NOT_FOUND", "PRECONDITION_FAILED", "UNIQUE_VIOLATION"],
    handle: (c, { query }) => answerImport(c, c.req.param("slug"), query),
  }),
];

async function answerImport(c: Context<AppEnv>, slug: string, query: z.output<typeof importQuery>): Promise<Response> {
  requireReadableBody(c);
  requireDryRun(c.env.principal, query.dry_run === "true");
  const format = query.format ?? bodyFormat(c);
  const options = {
    format,
    dryRun: query.dry_run === "true",
    convert: query.convert === "true",
    skipUnknown: query.unknown === "skip",
    mode: query.mode,
    readings: {
      ...(query.null !== undefined && { nulls: query.null.split(",").map((text) => text.trim()) }),
      ...(query.dates !== undefined && { dates: query.dates }),
      ...(query.decimal !== undefined && { decimal: query.decimal }),
    },
    ...(query.map !== undefined && { map: parseMap(query.map) }),
    ...(query.on_conflict !== undefined || query.resolution !== undefined ? { upsert: upsertInputOf(query) } : {}),
  };
  const { body } = c.req.raw;
  const source = body ? steadyBody(body, c.env.platform.config.bodyTimeoutMs) : new Blob([]).stream();
  const answerFor = answerWithStatus(200);
  if (query.run !== undefined) {
    await requireOwnRequest(c.env.ctx, query.run);
    continueAs(c, query.run);
  }
  const run = async (onProgress?: (progress: ImportProgress) => void): Promise<IdempotentAnswer> => {
    const load = (ctx: RequestContext) => importItems(ctx, slug, source, options, onProgress);
    const key = keyIn(c);
    if (key === null) return { answer: answerFor(await load(c.env.ctx)), replayed: false };
    const work = async (ctx: RequestContext, lock: HeldLock) => {
      const result = await load({ ...ctx, lock: { ...lock, answerFor } });
      if (result.stopped) await releaseKey(ctx, lock);
      return answerFor(result);
    };
    return answerOnce(c, key, work, {
      replaces: (result) => isFreeForImport(options, result),
      recheck: ({ result }) => requireSameFile(format, source, result!),
    });
  };
  return answerWithProgress(c, "import", run);
}

/** A body of gzip is recognised by its bytes. */
function requireReadableBody(c: Context<AppEnv>): void {
  const encoding = c.req.header("content-encoding") ?? "identity";
  if (["identity", "gzip", "x-gzip"].includes(encoding.toLowerCase())) return;
  const message = `content-encoding: ${excerpt(encoding)} is not supported; send the file plain or with gzip.`;
  throw new PlinthError("UNSUPPORTED_MEDIA_TYPE", message, { field: "content-encoding" });
}

function bodyFormat(c: Context<AppEnv>): Format {
  const format = formatOf(c.req.header("content-type") ?? "");
  if (format) return format;
  throw new PlinthError(
    "UNSUPPORTED_MEDIA_TYPE",
    `The file's format is unknown; add ?format=${FORMATS.join(", ?format=")}.`,
  );
}
