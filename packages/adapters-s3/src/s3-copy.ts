import {
  type CopyFileOptions,
  conditionFailed,
  FileStoreError,
  type PartReference,
  type StoredFile,
  type WrittenFile,
} from "@plinth/core";
import type { S3Client } from "./s3-client.ts";
import { abortS3Upload, beginS3Upload, completeS3Upload } from "./s3-upload.ts";
import { requiredXmlText } from "./s3-xml.ts";

export interface S3CopyOptions {
  readonly bucket: string;
  /** Of one request; a larger file is copied in parts. */
  readonly maxCopyBytes: number;
  readonly maxParts: number;
  readonly head: (key: string) => Promise<StoredFile>;
}

/** The source may be replaced between two requests. */
const ATTEMPTS = 3;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/copy-object.html */
export async function copyInS3(
  client: S3Client,
  { from, to }: { from: string; to: string },
  { etag }: CopyFileOptions,
  options: S3CopyOptions,
): Promise<WrittenFile> {
  for (let attempt = 1; ; attempt++) {
    const source = await options.head(from);
    if (etag !== undefined && etag !== source.etag) throw conditionFailed(from);
    try {
      const large = source.size > options.maxCopyBytes;
      return { etag: await (large ? copyParts : copyWhole)(client, source, to, options), size: source.size };
    } catch (error) {
      if (!(error instanceof FileStoreError && error.kind === "precondition_failed")) throw error;
      if (attempt === ATTEMPTS) throw new FileStoreError("unavailable", `${from} is replaced again and again`);
    }
  }
}

function sourceHeaders({ key, etag }: StoredFile, bucket: string): Record<string, string> {
  return { "x-amz-copy-source": `/${bucket}/${key}`, "x-amz-copy-source-if-match": `"${etag}"` };
}

async function copyWhole(client: S3Client, source: StoredFile, to: string, { bucket }: S3CopyOptions): Promise<string> {
  const answer = await client.read({ method: "PUT", key: to, headers: sourceHeaders(source, bucket) });
  return requiredXmlText(answer, "ETag").replaceAll('"', "");
}

async function copyParts(client: S3Client, source: StoredFile, to: string, options: S3CopyOptions): Promise<string> {
  const uploadId = await beginS3Upload(client, to, source.contentType);
  const partBytes = Math.max(options.maxCopyBytes, Math.ceil(source.size / options.maxParts));
  try {
    const chosen: PartReference[] = [];
    for (let at = 0; at < source.size; at += partBytes) {
      const number = chosen.length + 1;
      const last = Math.min(source.size, at + partBytes) - 1;
      const headers = { ...sourceHeaders(source, options.bucket), "x-amz-copy-source-range": `bytes=${at}-${last}` };
      const query = { partNumber: String(number), uploadId };
      const answer = await client.read({ method: "PUT", key: to, query, headers });
      chosen.push({ number, etag: requiredXmlText(answer, "ETag").replaceAll('"', "") });
    }
    return await completeS3Upload(client, { key: to, uploadId, chosen, condition: undefined });
  } catch (error) {
    await abortS3Upload(client, to, uploadId).catch(() => undefined);
    throw error;
  }
}
