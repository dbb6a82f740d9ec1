import {
  type FileBody,
  type FileCondition,
  type FileUpload,
  type FileUploadOptions,
  inBlocks,
  invalidPart,
  type PartReference,
  spentChunksIn,
  type UploadedPart,
  watched,
} from "@plinth/core";
import type { S3Client, S3Request } from "./s3-client.ts";
import { conditionHeaders, etagFrom, missedCondition } from "./s3-etag.ts";
import { requiredXmlText, xmlChildren, xmlTextOf } from "./s3-xml.ts";

/** Larger streams are sent as they come, and not again where the connection is lost. */
export const MAX_WHOLE_PART_BYTES = 16 * 1024 * 1024;

export async function openS3Upload(client: S3Client, key: string, options: FileUploadOptions): Promise<FileUpload> {
  const uploadId = "id" in options ? options.id : await beginS3Upload(client, key, options.contentType);
  return {
    id: uploadId,
    async part(number, body, size = 0) {
      const query = { partNumber: String(number), uploadId };
      if (body instanceof Uint8Array || size <= MAX_WHOLE_PART_BYTES) {
        const block = await blockOf(body, size);
        return { number, etag: etagFrom(await client.act({ method: "PUT", key, query, body: block })), size };
      }
      // `fetch` hides the error of a body behind its own.
      const { stream, cut } = watched(body);
      const sent = client.act({ method: "PUT", key, query, body: { stream, size } });
      const headers = await sent.catch((error: unknown) => Promise.reject(cut() ?? error));
      return { number, etag: etagFrom(headers), size };
    },
    parts: () => partsOf(client, key, uploadId),
    async complete(chosen, condition) {
      const size = sizeOfParts(chosen, await partsOf(client, key, uploadId));
      return { etag: await completeS3Upload(client, { key, uploadId, chosen, condition }), size };
    },
    abort: () => abortS3Upload(client, key, uploadId),
  };
}

export async function beginS3Upload(client: S3Client, key: string, contentType: string | undefined): Promise<string> {
  const headers = { "content-type": contentType };
  return requiredXmlText(await client.read({ method: "POST", key, query: { uploads: "" }, headers }), "UploadId");
}

interface Completion {
  readonly key: string;
  readonly uploadId: string;
  readonly chosen: readonly PartReference[];
  readonly condition: FileCondition | undefined;
}

/** The etag of the file. */
export async function completeS3Upload(
  client: S3Client,
  { key, uploadId, chosen, condition }: Completion,
): Promise<string> {
  const list = chosen.map(
    ({ number, etag }) => `<Part><PartNumber>${number}</PartNumber><ETag>"${xmlText(etag)}"</ETag></Part>`,
  );
  const body = `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${list.join("")}</CompleteMultipartUpload>`;
  const request: S3Request = {
    method: "POST",
    key,
    query: { uploadId },
    headers: { "content-type": "application/xml", ...conditionHeaders(condition) },
    body: new TextEncoder().encode(body),
    once: true,
  };
  const answer = await client.read(request).catch((error: unknown) => missedCondition(error, key, condition));
  return requiredXmlText(answer, "ETag").replaceAll('"', "");
}

export async function abortS3Upload(client: S3Client, key: string, uploadId: string): Promise<void> {
  await client.act({ method: "DELETE", key, query: { uploadId } }).catch((error: unknown) => {
    if ((error as { kind?: unknown }).kind !== "not_found") throw error;
  });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html */
async function partsOf(client: S3Client, key: string, uploadId: string): Promise<UploadedPart[]> {
  const found: UploadedPart[] = [];
  for (let after: string | undefined; ; ) {
    const query = { uploadId, "part-number-marker": after };
    const page = await client.read({ method: "GET", key, query });
    for (const part of xmlChildren(page, "Part")) {
      const etag = requiredXmlText(part, "ETag").replaceAll('"', "");
      found.push({
        number: Number(requiredXmlText(part, "PartNumber")),
        etag,
        size: Number(requiredXmlText(part, "Size")),
      });
    }
    after = xmlTextOf(page, "NextPartNumberMarker");
    if (xmlTextOf(page, "IsTruncated") !== "true" || !after) return found;
  }
}

/** S3 does not say how large the file is that it made. */
function sizeOfParts(chosen: readonly PartReference[], sent: readonly UploadedPart[]): number {
  const byNumber = new Map(sent.map((part) => [part.number, part]));
  return chosen.reduce((sum, { number, etag }) => {
    const part = byNumber.get(number);
    if (part?.etag !== etag) throw invalidPart(number, "is not there, or is another one");
    return sum + part.size;
  }, 0);
}

async function blockOf(body: FileBody, size: number): Promise<Uint8Array<ArrayBuffer>> {
  if (body instanceof Uint8Array) return body;
  const { value } = await inBlocks(spentChunksIn(body), Math.max(size, 1)).next();
  return value?.block ?? new Uint8Array(0);
}

function xmlText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
