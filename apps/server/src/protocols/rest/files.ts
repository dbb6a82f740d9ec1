import { invalid, type Json, PlinthError } from "@plinth/core";
import {
  deleteFile,
  deleteFolder,
  deleteVersion,
  listFolder,
  moveFiles,
  moveFilesSchema,
  putFile,
  requireUploads,
} from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { json } from "../../http/answer.ts";
import { answerData, answerWrite, done } from "../../http/answer-write.ts";
import { defineRoute } from "../../http/define-route.ts";
import { answerStoredFile } from "../../http/file-answer.ts";
import {
  contentLengthOf,
  fileLocationIn,
  filePreconditionIn,
  metadataIn,
  requireUnencodedBody,
  sha256In,
  streamedBody,
  uploadBody,
} from "../../http/file-request.ts";
import { COUNT, data, listOf, object, type Parameter, TEXT } from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";
import { fileSchema, folderEntrySchema } from "./files-schema.ts";
import { requestedFile, SIGNED_QUERY } from "./files-signed.ts";
import { imageInputIn, imageParameters } from "./image-request.ts";
import { header } from "./items-description.ts";

/** The rules of the collection `files` decide, as they do for its items. */
const shared = { tag: "Files", access: "caller", scope: "items" } as const;
const ANY_TYPE = ["*/*"] as const;

const WRITE_ERRORS = [
  "NOT_FOUND",
  "CONFLICT",
  "BODY_TOO_LARGE",
  "BAD_REQUEST",
  "LIMIT_EXCEEDED",
  "UNSUPPORTED_BY_HOST",
  "UNAUTHORIZED",
  "FORBIDDEN",
] as const;

const VERSION = z.uuid().describe("A `version` of GET /api/file-versions/:bucket/:path");

const IF_MATCH = header("If-Match", "The `ETag` that the file has, or `*` for any", TEXT);

/** `/api/files`: the bytes of files. Their items are in the collection `files`. */
export const filesRoutes: readonly Route[] = [
  defineRoute("GET /api/files/:bucket/:path+", {
    ...shared,
    id: "readFile",
    summary: "The bytes of a file, or an image made of it",
    viewAs: true,
    query: z.strictObject({
      disposition: z
        .enum(["inline", "attachment"])
        .optional()
        .describe("Whether a browser shows the file or saves it. What it could run as a page is always saved"),
      ...SIGNED_QUERY,
      version: VERSION.optional(),
      ...imageParameters,
    }),
    parameters: (): Parameter[] => [
      header("Accept", "The formats that an image may have, where its format is `auto`", TEXT),
      header("Range", "The bytes that are wanted, up to 16 ranges", TEXT),
      header("If-None-Match", "The `ETag` of the bytes that you have", TEXT),
      header("If-Range", "The `ETag` of the bytes of which you have a part", TEXT),
      IF_MATCH,
    ],
    response: () => TEXT,
    responseTypes: ANY_TYPE,
    responseHeaders: ["etag", "last-modified", "accept-ranges", "content-range", "content-disposition", "vary"],
    errors: [
      "NOT_FOUND",
      "VALIDATION",
      "PRECONDITION_FAILED",
      "RANGE_NOT_SATISFIABLE",
      "UNSUPPORTED_MEDIA_TYPE",
      "LIMIT_EXCEEDED",
      "OVERLOADED",
      "UNSUPPORTED_BY_HOST",
      "UNAUTHORIZED",
      "FORBIDDEN",
    ],
    async handle(c, { query: { disposition, version, ...asked } }) {
      const image = imageInputIn(asked, c.req.header("accept"));
      if (image && version !== undefined)
        throw invalid("version", "cannot be of an image: images are made of the file as it is now");
      return answerStoredFile(c, await requestedFile(c, version, image), disposition);
    },
  }),
  defineRoute("PUT /api/files/:bucket/:path+", {
    ...shared,
    id: "putFile",
    summary: "Store a file, or replace it",
    parameters: (): Parameter[] => [
      header("If-None-Match", "`*`: only if there is no file at the path", TEXT),
      IF_MATCH,
      header("X-File-Sha256", "The SHA-256 that the body must have, in hexadecimal", TEXT),
      header("X-File-Metadata", "A JSON object in ASCII: the metadata of the file", TEXT),
    ],
    bodyTypes: ANY_TYPE,
    bodySchema: () => TEXT,
    status: 201,
    response: () => data(fileSchema()),
    responseHeaders: ["etag"],
    errors: [...WRITE_ERRORS, "PRECONDITION_FAILED"],
    handle: answerPut,
  }),
  defineRoute("DELETE /api/files/:bucket/:path+", {
    ...shared,
    id: "deleteFile",
    summary: "Delete a file",
    idempotent: true,
    query: z.strictObject({
      tree: z.literal("true").optional().describe("The path is that of a folder, and all files in it are deleted"),
      version: VERSION.optional().describe("Deletes this version, and leaves the file"),
    }),
    parameters: (): Parameter[] => [IF_MATCH],
    response: () => data(object({ deleted: COUNT })),
    errors: [
      "NOT_FOUND",
      "VALIDATION",
      "CONFLICT",
      "PRECONDITION_FAILED",
      "REFERENCE_IN_USE",
      "LIMIT_EXCEEDED",
      "UNAUTHORIZED",
      "FORBIDDEN",
    ],
    async handle(c, { query: { tree, version } }) {
      const location = fileLocationIn(c);
      if (tree && version) throw invalid("version", "is for one file, not for a folder");
      if (version) return answerData(c, 200, (ctx) => deleteVersion(ctx, location, version));
      const condition = filePreconditionIn(c.req.raw);
      if (tree && condition) throw invalid("if-match", "is for one file, not for a folder");
      return answerWrite(c, async (ctx) =>
        done(await (tree ? deleteFolder(ctx, location) : deleteFile(ctx, location, condition))),
      );
    },
  }),
  defineRoute("POST /api/files/:bucket", {
    ...shared,
    id: "uploadForm",
    summary: "Store the files of a form",
    bodyTypes: ["multipart/form-data"],
    bodySchema: () => TEXT,
    status: 201,
    response: () => data(listOf(fileSchema())),
    errors: WRITE_ERRORS,
    handle: answerForm,
  }),
  defineRoute("POST /api/files/move", {
    ...shared,
    id: "moveFiles",
    summary: "Give a file, or all files of a folder, another path",
    body: moveFilesSchema,
    response: () => object({ moved: COUNT }),
    errors: ["NOT_FOUND", "CONFLICT", "LIMIT_EXCEEDED", "UNAUTHORIZED", "FORBIDDEN"],
    write: (ctx, { body }) => moveFiles(ctx, body),
  }),
  defineRoute("GET /api/folders/:bucket", {
    ...shared,
    id: "listFolder",
    summary: "The folders and files that are directly in a folder",
    load: "list",
    viewAs: true,
    query: z.strictObject({
      prefix: z.string().optional().describe("The path of the folder; left out, the top of the bucket"),
    }),
    response: folderEntrySchema,
    errors: ["NOT_FOUND", "VALIDATION", "UNAUTHORIZED", "FORBIDDEN"],
    page: (ctx, { params, query }) => listFolder(ctx, params.bucket, query),
  }),
];

async function answerPut(c: Context<AppEnv>): Promise<Response> {
  const request = c.req.raw;
  requireUnencodedBody(request);
  const { file, content, created } = await putFile(c.env.ctx, {
    ...fileLocationIn(c),
    size: contentLengthOf(request),
    contentType: request.headers.get("content-type") ?? undefined,
    sha256: sha256In(request),
    metadata: metadataIn(request),
    condition: filePreconditionIn(request),
    body: uploadBody(c),
  });
  return json(c, { data: file }, created ? 201 : 200, { etag: `"${content}"` });
}

const FORM = /^multipart\/form-data\s*;/i;

/** Each file is stored when it has arrived; one that is refused ends the form, and those before it stay. */
async function answerForm(c: Context<AppEnv>): Promise<Response> {
  const bucket = c.req.param("bucket")!;
  await requireUploads(c.env.ctx, bucket);
  const contentType = c.req.header("content-type") ?? "";
  if (!FORM.test(contentType)) {
    const message = "Send a form of the type multipart/form-data, or one file with PUT /api/files/:bucket/:path.";
    throw new PlinthError("UNSUPPORTED_MEDIA_TYPE", message);
  }
  requireUnencodedBody(c.req.raw);
  const { filesInForm } = await import("../../http/form-files.ts");
  const stored: Json[] = [];
  for await (const { filename, fields, stream, contentType: type } of filesInForm(streamedBody(c), contentType)) {
    const folder = fields.get("folder") ?? "";
    const { file } = await putFile(c.env.ctx, {
      bucket,
      path: folder === "" ? filename : `${folder}/${filename}`,
      body: stream,
      size: undefined,
      contentType: type,
      sha256: undefined,
      metadata: undefined,
      condition: undefined,
    });
    stored.push(file);
  }
  if (stored.length === 0) throw invalid("file", "is missing: the form has no file with a name");
  return json(c, { data: stored }, 201);
}
