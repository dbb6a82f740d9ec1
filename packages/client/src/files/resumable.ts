import { asciiJson, sendResumable } from "@plinth/core";
import { jsonIn } from "../index.ts";
import type { Requester, RequestOptions } from "../items/request.ts";
import { PlinthClientError } from "../types.ts";
import { countingFetch } from "./progress.ts";
import type { FileItem, UploadOptions } from "./types.ts";
import { headersOf } from "./upload.ts";

/** From here on a cut connection costs more than the further requests. */
export const LARGE_BYTES = 50_000_000;
/** Of a piece, over a slow connection. */
const TIMEOUT_MS = 600_000;

/** Stores a file in pieces, and goes on where a connection was cut. */
export async function putInPieces(
  request: Requester,
  place: { readonly bucket: string; readonly path: string },
  content: Blob,
  options: UploadOptions,
): Promise<FileItem> {
  const { onProgress, signal, timeoutMs = TIMEOUT_MS, metadata, sha256, resume, onBegun } = options;
  const { "content-type": filetype, "if-none-match": absent, "if-match": match } = headersOf(content, options);
  const id = await sendResumable({
    content,
    metadata: { ...place, filetype: filetype!, ...(sha256 !== undefined && { sha256 }) },
    headers: {
      ...(absent !== undefined && { "if-none-match": absent }),
      ...(match !== undefined && { "if-match": match }),
      ...(metadata !== undefined && { "x-file-metadata": asciiJson(metadata) }),
    },
    signal,
    resume,
    onBegun,
    statusOf: (error) => (error instanceof PlinthClientError ? error.status : undefined),
    async send({ method, path, headers, body, offset }) {
      const asked = {
        method,
        path,
        headers,
        ...(body && { raw: body }),
        ...(body &&
          onProgress && {
            wrapFetch: (fetch: typeof globalThis.fetch) =>
              countingFetch(fetch, ({ bytes }) => onProgress({ bytes: offset + bytes, total: content.size })),
          }),
      };
      return request(asked, { signal, timeoutMs, retries: 0 }, async (response) => response.headers);
    },
  });
  return itemOf(request, id, { signal });
}

async function itemOf(request: Requester, upload: string, options: RequestOptions): Promise<FileItem> {
  const read = async <T>(path: string): Promise<T> =>
    (await request({ method: "GET", path }, options, jsonIn<{ data: T }>)).data;
  const { file } = await read<{ file: string }>(`api/tus/${upload}`);
  return read<FileItem>(`api/items/files/${file}`).catch((error: unknown) => {
    // Who may store files may not be one who reads them.
    if (error instanceof PlinthClientError && [401, 403, 404].includes(error.status)) return { id: file } as FileItem;
    throw error;
  });
}
