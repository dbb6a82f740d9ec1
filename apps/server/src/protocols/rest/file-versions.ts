import { listVersions, restoreFile, restoreFileSchema } from "@plinth/engine";
import { defineRoute } from "../../http/define-route.ts";
import type { Route } from "../../http/route.ts";
import { fileVersionSchema, restoredFileSchema } from "./files-schema.ts";

/** The rules of the collection `files` decide, as they do for its items. */
const shared = { tag: "Files", access: "caller", scope: "items" } as const;

/** `/api/file-versions`: what files have been. Their bytes are read with `?version=` at `/api/files`. */
export const fileVersionsRoutes: readonly Route[] = [
  defineRoute("GET /api/file-versions/:bucket/:path+", {
    ...shared,
    id: "listFileVersions",
    summary: "The versions of a file that are kept, the newest first",
    viewAs: true,
    response: fileVersionSchema,
    errors: ["NOT_FOUND", "VALIDATION", "UNAUTHORIZED", "FORBIDDEN"],
    page: (ctx, { params: { bucket, path }, query }) => listVersions(ctx, { bucket, path }, query),
  }),
  defineRoute("POST /api/files/restore", {
    ...shared,
    id: "restoreFile",
    summary: "Give a file the bytes of one of its versions",
    body: restoreFileSchema,
    response: restoredFileSchema,
    errors: ["NOT_FOUND", "CONFLICT", "UNAUTHORIZED", "FORBIDDEN"],
    write: (ctx, { body }) => restoreFile(ctx, body),
  }),
];
