import { jsonIn } from "../index.ts";
import type { Requester, RequestOptions } from "../items/request.ts";
import type { DirectOptions, FileContent, FileItem } from "./types.ts";

/** What the server says of an upload whose parts go by URLs. */
interface DirectUpload {
  readonly id: string;
  readonly parts: readonly DirectPart[];
}

interface DirectPart {
  readonly number: number;
  readonly size: number;
  readonly url: string;
}

export type DirectContent = Exclude<FileContent, ReadableStream<Uint8Array>>;

/** Parts that are sent at once. */
const AT_ONCE = 3;
/** How often new URLs are asked for, for parts that have not arrived by the old ones. */
const ROUNDS = 3;

/** Sends the parts of a file by the URLs that the server gives, and has the server make a file of them. */
export async function uploadDirect(
  request: Requester,
  place: { readonly bucket: string; readonly path: string },
  content: DirectContent,
  options: DirectOptions,
): Promise<FileItem> {
  const blob = content instanceof Blob ? content : new Blob([content]);
  const { signal, onRequestId, onProgress, retries } = options;
  const limits: RequestOptions = { signal, retries };
  const begun = await dataOf<DirectUpload>(
    request,
    "POST",
    "api/uploads",
    limits,
    bodyOf(place, blob, content, options),
  );
  const path = `api/uploads/${begun.id}`;
  const progress = { bytes: 0, total: blob.size };
  const send = (part: DirectPart, at: Blob) =>
    sendPart(request, part, at, { ...limits, timeoutMs: 0 }).then(() => {
      progress.bytes += part.size;
      onProgress?.({ ...progress });
    });
  try {
    for (let round = 1, { parts } = begun; parts.length > 0; round++) {
      const failed = await sendAll(parts, (part) => send(part, sliceOf(blob, part, begun.parts)));
      if (failed !== undefined && (round === ROUNDS || signal?.aborted)) throw failed;
      ({ parts } = failed === undefined ? { parts: [] } : await dataOf<DirectUpload>(request, "GET", path, limits));
    }
    const ending = { ...limits, onRequestId, timeoutMs: 0 };
    return await dataOf<FileItem>(request, "POST", `${path}/complete`, ending, {});
  } catch (error) {
    // Without it, the server removes the parts in a day.
    await dataOf(request, "DELETE", path, { retries: 0 }).catch(() => undefined);
    throw error;
  }
}

/** All parts but the last have the size of the first. */
function sliceOf(blob: Blob, { number, size }: DirectPart, all: readonly DirectPart[]): Blob {
  const from = (number - 1) * all[0]!.size;
  return blob.slice(from, from + size);
}

/** The first error, once none is under way any more. */
async function sendAll(parts: readonly DirectPart[], send: (part: DirectPart) => Promise<void>): Promise<unknown> {
  const waiting = parts[Symbol.iterator]();
  let failed: unknown;
  const work = async (): Promise<void> => {
    for (const part of waiting) {
      if (failed !== undefined) return;
      await send(part).catch((error: unknown) => {
        failed ??= error;
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return failed;
}

/** The URL is of another server, which must not get the caller's credentials: they are left out, as is all but the bytes. */
function sendPart(request: Requester, { url }: DirectPart, part: Blob, options: RequestOptions): Promise<unknown> {
  return request(
    {
      method: "PUT",
      path: "api/uploads",
      raw: part,
      wrapFetch: (fetch) =>
        ((_: URL, { method, body, signal }: RequestInit) =>
          fetch(url, { method: method!, body: body!, signal: signal!, redirect: "manual" })) as typeof globalThis.fetch,
    },
    options,
    async (response) => response.body?.cancel(),
  );
}

function bodyOf(
  place: { readonly bucket: string; readonly path: string },
  { size, type }: Blob,
  content: DirectContent,
  { contentType, sha256, metadata, ifAbsent, ifMatch, inParts }: DirectOptions,
): object {
  return {
    ...place,
    size,
    content_type: contentType ?? (type !== "" ? type : typeof content === "string" ? "text/plain" : undefined),
    sha256,
    metadata,
    if_absent: ifAbsent,
    if_match: ifMatch,
    in_parts: inParts,
  };
}

async function dataOf<T>(
  request: Requester,
  method: "GET" | "POST" | "DELETE",
  path: string,
  options: RequestOptions,
  body?: object,
): Promise<T> {
  return (await request({ method, path, ...(body && { body }) }, options, jsonIn<{ data: T }>)).data;
}
