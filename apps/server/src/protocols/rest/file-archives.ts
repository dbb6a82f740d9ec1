import { chunksIn } from "@plinth/core";
import { type ArchivedFile, openFolderArchive } from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import { type ZipFile, zipArchive } from "@plinth/formats";
import { answerFile } from "../../http/answer-file.ts";
import { contentDisposition } from "../../http/content-disposition.ts";
import { defineRoute } from "../../http/define-route.ts";
import { TEXT } from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";

/** Folders as archives. The rules of the collection `files` decide what is in them. */
export const fileArchiveRoutes: readonly Route[] = [
  defineRoute("GET /api/folders/:bucket/zip", {
    tag: "Files",
    access: "caller",
    scope: "items",
    id: "zipFolder",
    summary: "A folder as a zip archive",
    load: "bulk",
    viewAs: true,
    query: z.strictObject({
      prefix: z.string().optional().describe("The path of the folder; left out, the whole bucket"),
    }),
    response: () => TEXT,
    responseTypes: ["application/zip"],
    responseHeaders: ["content-length", "content-disposition"],
    errors: ["NOT_FOUND", "VALIDATION", "LIMIT_EXCEEDED", "UNSUPPORTED_BY_HOST", "UNAUTHORIZED", "FORBIDDEN"],
    async handle(c, { query }) {
      const bucket = c.req.param("bucket");
      const archive = zipArchive((await openFolderArchive(c.env.ctx, bucket, query)).map(zipFileOf));
      const name = query.prefix?.split("/").at(-1) || bucket;
      return answerFile(c, archive.pieces(), {
        "content-type": "application/zip",
        "content-length": String(archive.length),
        "content-disposition": contentDisposition("attachment", `${name}.zip`),
      });
    },
  }),
];

function zipFileOf(file: ArchivedFile): ZipFile {
  return { ...file, open: async () => chunksIn(await file.open()) };
}
