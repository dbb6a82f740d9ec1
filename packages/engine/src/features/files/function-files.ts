import type { JsonObject } from "@plinth/core";
import type { FunctionFiles } from "../../kernel/function-files.ts";
import { deleteFile } from "./delete-file.ts";
import { filesCollection, findVisibleAt, normalLocation, noSuchFile, requireReadRules } from "./file-items.ts";
import { listFolder } from "./folders.ts";
import { openStoredFile } from "./read-file.ts";
import { signFile } from "./signed/index.ts";
import { putFile } from "./write-file.ts";

/** `context.files` of functions: what the routes of files do. */
export const functionFiles: FunctionFiles = {
  async info(ctx, file) {
    const location = normalLocation(file);
    const policy = requireReadRules(ctx, filesCollection(ctx));
    const row = await findVisibleAt(ctx, policy, location);
    if (!row) throw noSuchFile(location);
    return row as JsonObject;
  },
  async list(ctx, bucket, page) {
    const { data, next_cursor } = await listFolder(ctx, bucket, page);
    return { data, next_cursor };
  },
  async read(ctx, file) {
    const { name, size, contentType, content, changedAt, bytes } = await openStoredFile(ctx, file);
    return { name, size, contentType, content, changedAt, open: bytes };
  },
  async put(ctx, { body, contentType, metadata, condition, ...location }) {
    const facts = { size: undefined, sha256: undefined };
    const { file } = await putFile(ctx, { ...location, ...facts, body, contentType, metadata, condition });
    return file;
  },
  delete: (ctx, file) => deleteFile(ctx, file, undefined),
  sign: (ctx, file) => signFile(ctx, { method: "GET", ...file }),
};
