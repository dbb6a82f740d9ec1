import { sendResumable } from "@plinth/core";
import type { Api } from "../api.ts";
import { ApiError, UnreachableError } from "../errors.ts";
import type { BucketPath } from "./place.ts";

/** From here on a cut connection costs more than the further requests. */
export const LARGE_FILE_BYTES = 50_000_000;

/** Sends a file in pieces, and goes on where the connection was cut. */
export async function sendLarge(
  api: Api,
  { bucket, path }: BucketPath,
  content: Blob,
  { "content-type": filetype, sha256, ...headers }: Readonly<Record<string, string>>,
): Promise<void> {
  await sendResumable({
    content,
    metadata: { bucket, path, ...(filetype !== undefined && { filetype }), ...(sha256 !== undefined && { sha256 }) },
    headers,
    statusOf: (error) => (error instanceof UnreachableError ? 0 : error instanceof ApiError ? error.status : undefined),
    send: ({ method, path: at, headers: sent, body }) =>
      api.ask(`/${at}`, { method, headers: sent, ...(body && { body }) }),
  });
}
