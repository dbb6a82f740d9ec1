import { invalid, PlinthError } from "@plinth/core";
import type { RequestContext } from "../../../kernel/engine.ts";
import * as z from "../../../kernel/zod.ts";
import { fileTooLarge } from "../body.ts";
import { normalLocation } from "../file-items.ts";
import type { FilePrecondition } from "../precondition.ts";
import { putFile, requirePut, type StoredUpload } from "../write-file.ts";
import { openUrl } from "./open-url.ts";

export const fetchFileSchema = z.strictObject({
  url: z.string().max(4000).describe("Where the bytes are; https or http, on a public host"),
  bucket: z.string(),
  path: z.string().describe("The path of the file that is stored"),
});

/** Stores what is at an address elsewhere, as a file that the caller would have sent. */
export async function fetchFile(
  ctx: RequestContext,
  { url, ...location }: z.output<typeof fetchFileSchema>,
  condition: FilePrecondition | undefined,
): Promise<StoredUpload> {
  const upload = {
    ...normalLocation(location),
    sha256: undefined,
    metadata: undefined,
    condition,
  };
  // Nobody makes this server send requests who could not store the answer.
  const bucket = await requirePut(ctx, upload);
  if (!bucket.fromUrls) {
    const message = `The bucket ${bucket.name} takes no files from URLs; an administrator opens it with from_urls.`;
    throw new PlinthError("FORBIDDEN", message, { field: "bucket" });
  }
  const answer = await openUrl(url, ctx.engine.publicFetch);
  const body = answer.body ?? (new Blob([]).stream() as ReadableStream<Uint8Array>);
  try {
    const size = sizeIn(answer.headers);
    if (size !== undefined && size > bucket.maxBytes) throw fileTooLarge(bucket.maxBytes);
    const contentType = answer.headers.get("content-type") ?? undefined;
    return await putFile(ctx, { ...upload, body, size, contentType });
  } catch (error) {
    // Where nobody has begun to read it.
    if (!body.locked) await body.cancel().catch(() => {});
    throw error;
  }
}

/** The bytes are stored as they come, so they must come as they are. */
function sizeIn(headers: Headers): number | undefined {
  const encoding = headers.get("content-encoding") ?? "identity";
  if (encoding.toLowerCase() !== "identity")
    throw invalid("url", "sends its bytes encoded, though it was asked not to");
  const length = headers.get("content-length");
  return length !== null && /^\d{1,15}$/.test(length) ? Number(length) : undefined;
}
