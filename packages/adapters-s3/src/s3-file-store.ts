import {
  type ByteRange,
  checkedFileStore,
  type FileStore,
  FileStoreError,
  putInParts,
  type StoredFile,
} from "@plinth/core";
import { type S3Client, type S3Credentials, s3Client } from "./s3-client.ts";
import { copyInS3 } from "./s3-copy.ts";
import { deleteFromS3 } from "./s3-delete.ts";
import { conditionHeaders, etagFrom, missedCondition } from "./s3-etag.ts";
import { listS3 } from "./s3-list.ts";
import { MAX_WHOLE_PART_BYTES, openS3Upload } from "./s3-upload.ts";

export interface S3FileStoreOptions extends S3Credentials {
  readonly bucket: string;
  readonly region: string;
  /** Default: AWS, in the region. */
  readonly endpoint?: string | undefined;
  /** The bucket is in the path: for servers that have no host name for each bucket. Default false. */
  readonly forcePathStyle?: boolean | undefined;
  /** Bytes of the parts in which files are sent, 5 MiB or more; default 8 MiB. Two of them are in memory for each file. */
  readonly partBytes?: number | undefined;
  /** The largest copy in one request; default 5 GiB, the limit of S3. */
  readonly maxCopyBytes?: number | undefined;
  /** Until an answer begins, and between two of its chunks; default 60,000. */
  readonly timeoutMs?: number | undefined;
}

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PARTS = 10_000;
const MIN_PART_BYTES = 5 * MIB;
const MAX_PART_BYTES = 5 * GIB;
const MAX_OBJECT_BYTES = 5 * 1024 * GIB;

/**
 * Files in a bucket of S3, or of a service with its API. What is not yet complete is removed by the bucket's own rule for
 * incomplete multipart uploads, which the operator sets.
 *
 * @example
 * const files = s3FileStore({ bucket: "files", region: "eu-central-1", accessKeyId: "AKIA…", secretAccessKey: "…" });
 */
export function s3FileStore(options: S3FileStoreOptions): FileStore {
  const { bucket, region, endpoint = `https://s3.${region}.amazonaws.com`, forcePathStyle = false } = options;
  const { accessKeyId, secretAccessKey, sessionToken, timeoutMs = 60_000 } = options;
  const { partBytes = 8 * MIB, maxCopyBytes = 5 * GIB } = options;
  const credentials = { accessKeyId, secretAccessKey, sessionToken };
  const client = s3Client({ bucket, region, endpoint, forcePathStyle, credentials, timeoutMs });
  const head = (key: string) => headInS3(client, key);
  const upload: FileStore["upload"] = (key, one = {}) => openS3Upload(client, key, one);

  return checkedFileStore({
    name: "s3",
    capabilities: {
      conditionalPut: true,
      presign: true,
      serverCopy: true,
      etagIsSha256: false,
      maxObjectBytes: MAX_OBJECT_BYTES,
      maxUnsizedBytes: partBytes * MAX_PARTS,
      blockBytes: partBytes,
      upload: {
        minPartBytes: MIN_PART_BYTES,
        maxPartBytes: MAX_PART_BYTES,
        wholePartBytes: MAX_WHOLE_PART_BYTES,
        maxParts: MAX_PARTS,
        equalParts: false,
        listsParts: true,
        conditional: true,
      },
    },
    put: (key, body, given = {}) =>
      putInParts(key, body, given, {
        blockBytes: Math.max(partBytes, Math.ceil((given.size ?? 0) / MAX_PARTS)),
        upload,
        async whole(block) {
          const { contentType, condition } = given;
          const headers = { "content-type": contentType, ...conditionHeaders(condition) };
          const request = { method: "PUT", key, headers, body: block, once: condition !== undefined } as const;
          const answer = await client.act(request).catch((error: unknown) => missedCondition(error, key, condition));
          return { etag: etagFrom(answer), size: block.byteLength };
        },
      }),
    async get(key, { range, etag } = {}) {
      const headers = { range: range && rangeHeader(range), "if-match": etag && `"${etag}"` };
      const answer = await client.send({ method: "GET", key, headers });
      const stream = answer.body ?? new Blob([]).stream();
      if (sizeIn(answer.headers) !== undefined) return { ...fileFrom(key, answer.headers), stream };
      // Some servers and proxies stream without a length. These are the bytes of this tag, or none.
      const file = await headInS3(client, key, etagFrom(answer.headers)).catch(async (error: unknown) => {
        await stream.cancel().catch(() => undefined);
        throw error;
      });
      return { ...file, stream };
    },
    head,
    delete: (keys) => deleteFromS3(client, keys),
    list: (one = {}) => listS3(client, one),
    copy: (from, to, one = {}) =>
      copyInS3(client, { from, to }, one, { bucket, maxCopyBytes, maxParts: MAX_PARTS, head }),
    upload,
    async presign(key, { method, expiresInSeconds, headers, part, answer }) {
      const query = {
        partNumber: part && String(part.number),
        uploadId: part?.uploadId,
        "response-content-type": answer?.contentType,
        "response-content-disposition": answer?.contentDisposition,
      };
      return client.presign({ method, key, query, ...(headers && { headers }) }, expiresInSeconds);
    },
  });
}

async function headInS3(client: S3Client, key: string, etag?: string): Promise<StoredFile> {
  const headers = { "if-match": etag ? `"${etag}"` : undefined };
  return fileFrom(key, await client.act({ method: "HEAD", key, headers }));
}

function rangeHeader({ offset, length }: ByteRange): string {
  return `bytes=${offset}-${length === undefined ? "" : offset + length - 1}`;
}

function fileFrom(key: string, headers: Headers): StoredFile {
  const size = sizeIn(headers);
  if (size === undefined) throw new FileStoreError("unknown", `S3 does not say how large ${key} is`);
  return {
    key,
    size,
    etag: etagFrom(headers),
    contentType: headers.get("content-type") ?? "application/octet-stream",
    modifiedAt: Date.parse(headers.get("last-modified") ?? "") || 0,
  };
}

/** Of the whole object, also where the answer is a part of it. */
function sizeIn(headers: Headers): number | undefined {
  const size = /\/(\d{1,16})$/.exec(headers.get("content-range") ?? "")?.[1] ?? headers.get("content-length");
  return size === null ? undefined : Number(size);
}
