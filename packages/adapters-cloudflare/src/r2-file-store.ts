/** Cloudflare R2 by a Worker's binding. https://developers.cloudflare.com/r2/api/workers/workers-api-reference/ */
import {
  checkedFileStore,
  conditionFailed,
  type FileBody,
  type FileCondition,
  type FileStore,
  type GetFileOptions,
  isFileKey,
  noFile,
  outOfRange,
  type PutFileOptions,
  putInParts,
  type StoredFile,
  unsupported,
  type WrittenFile,
} from "@plinth/core";
import type { R2BucketLike, R2ObjectLike } from "./r2-binding.ts";
import { bound } from "./r2-errors.ts";
import { fixedLength } from "./r2-streams.ts";
import { beginR2Upload, continueR2Upload } from "./r2-upload.ts";

export interface R2FileStoreOptions {
  readonly bucket: R2BucketLike;
  /** Bytes of the parts in which streams of unknown length are sent; default 8 MiB. */
  readonly partBytes?: number | undefined;
}

const NAME = "r2";
const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
/** https://developers.cloudflare.com/r2/platform/limits/ */
const MAX_PARTS = 10_000;
const MIN_PART_BYTES = 5 * MIB;
const MAX_REQUEST_BYTES = Math.floor(4.995 * GIB);
const MAX_OBJECT_BYTES = Math.floor(4.995 * 1024 * GIB);

/**
 * Files in the R2 bucket that a Worker is bound to.
 *
 * @example
 * const files = r2FileStore({ bucket: env.FILES });
 */
export function r2FileStore({ bucket, partBytes = 8 * MIB }: R2FileStoreOptions): FileStore {
  const begin = (key: string, contentType: string | undefined) => beginR2Upload(bucket, key, contentType);

  async function putOne(key: string, body: FileBody, options: PutFileOptions): Promise<WrittenFile> {
    const { contentType, condition, size = 0 } = options;
    const given = { ...(contentType && { httpMetadata: { contentType } }), ...onlyIf(condition) };
    const object = await fixedLength(body, size, (value) => bucket.put(key, value, given));
    // A condition that did not hold.
    if (!object) throw conditionFailed(key);
    return { etag: object.etag, size: object.size };
  }

  async function put(key: string, body: FileBody, options: PutFileOptions = {}): Promise<WrittenFile> {
    const { size } = options;
    if (size !== undefined && size <= MAX_REQUEST_BYTES) return putOne(key, body, options);
    return putInParts(key, body, options, {
      blockBytes: Math.max(partBytes, Math.ceil((size ?? 0) / MAX_PARTS)),
      whole: (block) => putOne(key, block, { ...options, size: block.byteLength }),
      async upload(one) {
        if (options.condition) throw unsupported(NAME, "upload.conditional", NO_CONDITION);
        return begin(one, options.contentType);
      },
    });
  }

  async function get(key: string, { range, etag }: GetFileOptions = {}) {
    const given = { ...(range && { range }), ...(etag !== undefined && { onlyIf: { etagMatches: etag } }) };
    const object = await bound(bucket.get(key, given)).catch(async (error: unknown) => {
      // For some ranges behind the end the binding gives an error without a code.
      const size = range && (await bound(bucket.head(key)))?.size;
      throw size !== undefined && range && range.offset >= size ? outOfRange(key, size) : error;
    });
    if (!object) throw noFile(key);
    if (!object.body) throw conditionFailed(key);
    if (range && range.offset >= object.size) {
      await object.body.cancel();
      throw outOfRange(key, object.size);
    }
    return { ...fileOf(object), stream: object.body };
  }

  return checkedFileStore({
    name: NAME,
    capabilities: {
      conditionalPut: true,
      presign: false,
      serverCopy: false,
      etagIsSha256: false,
      maxObjectBytes: MAX_OBJECT_BYTES,
      maxUnsizedBytes: partBytes * MAX_PARTS,
      blockBytes: partBytes,
      upload: {
        minPartBytes: MIN_PART_BYTES,
        maxPartBytes: MAX_REQUEST_BYTES,
        wholePartBytes: 0,
        maxParts: MAX_PARTS,
        equalParts: true,
        listsParts: false,
        conditional: false,
      },
    },
    put,
    get,
    async head(key) {
      const object = await bound(bucket.head(key));
      if (!object) throw noFile(key);
      return fileOf(object);
    },
    async delete(keys) {
      for (let at = 0; at < keys.length; at += MAX_DELETED)
        await bound(bucket.delete(keys.slice(at, at + MAX_DELETED)));
    },
    async list({ prefix, cursor, limit = 1000, folders = false } = {}) {
      const given = {
        limit,
        ...(prefix && { prefix }),
        ...(cursor !== undefined && { cursor }),
        ...(folders && { delimiter: "/" }),
      };
      const page = await bound(bucket.list(given));
      return {
        files: page.objects.filter(({ key }) => isFileKey(key)).map((object) => listedFrom(object)),
        folders: page.delimitedPrefixes.filter((name) => isFileKey(name.slice(0, -1))),
        cursor: page.truncated ? page.cursor : undefined,
      };
    },
    async copy(from, to, options = {}) {
      const { stream, contentType, size } = await get(from, options);
      return put(to, stream, { contentType, size });
    },
    upload: async (key, options = {}) =>
      "id" in options ? continueR2Upload(bucket, key, options.id) : begin(key, options.contentType),
    // Refused before it is called.
    presign: async () => "",
  });
}

const MAX_DELETED = 1000;
const NO_CONDITION = "a condition for a large file whose size is not known before";

function onlyIf(condition: FileCondition | undefined) {
  if (!condition) return {};
  return { onlyIf: "absent" in condition ? { etagDoesNotMatch: "*" } : { etagMatches: condition.etag } };
}

function listedFrom({ key, size, etag, uploaded }: R2ObjectLike) {
  return { key, size, etag, modifiedAt: uploaded.getTime() };
}

function fileOf(object: R2ObjectLike): StoredFile {
  return { ...listedFrom(object), contentType: object.httpMetadata?.contentType ?? "application/octet-stream" };
}
