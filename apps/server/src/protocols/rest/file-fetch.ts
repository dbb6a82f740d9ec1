import { fetchFile, fetchFileSchema } from "@plinth/engine";
import { json } from "../../http/answer.ts";
import { defineRoute } from "../../http/define-route.ts";
import { filePreconditionIn } from "../../http/file-request.ts";
import { data, type Parameter, TEXT } from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";
import { fileSchema } from "./files-schema.ts";
import { header } from "./items-description.ts";

export const fileFetchRoutes: readonly Route[] = [
  defineRoute("POST /api/files/fetch", {
    tag: "Files",
    access: "caller",
    scope: "items",
    id: "fetchFile",
    summary: "Store a file from another server",
    load: "fetch",
    body: fetchFileSchema,
    parameters: (): Parameter[] => [
      header("If-None-Match", "`*`: only if there is no file at the path", TEXT),
      header("If-Match", "The `ETag` that the file has, or `*` for any", TEXT),
    ],
    status: 201,
    response: () => data(fileSchema()),
    responseHeaders: ["etag"],
    errors: [
      "NOT_FOUND",
      "CONFLICT",
      "BODY_TOO_LARGE",
      "BAD_REQUEST",
      "LIMIT_EXCEEDED",
      "PRECONDITION_FAILED",
      "UNSUPPORTED_BY_HOST",
      "UNSUPPORTED_MEDIA_TYPE",
      "UNAUTHORIZED",
      "FORBIDDEN",
    ],
    async handle(c, { body }) {
      const { file, content, created } = await fetchFile(c.env.ctx, body, filePreconditionIn(c.req.raw));
      return json(c, { data: file }, created ? 201 : 200, { etag: `"${content}"` });
    },
  }),
];
