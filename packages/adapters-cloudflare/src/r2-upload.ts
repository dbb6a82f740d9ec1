import type { FileUpload } from "@plinth/core";
import type { R2BucketLike, R2UploadLike } from "./r2-binding.ts";
import { bound, mapR2Error } from "./r2-errors.ts";
import { fixedLength } from "./r2-streams.ts";

export async function beginR2Upload(
  bucket: R2BucketLike,
  key: string,
  contentType: string | undefined,
): Promise<FileUpload> {
  return uploadOf(await bound(bucket.createMultipartUpload(key, { httpMetadata: { contentType } })));
}

/** The binding does not ask R2 before the first use. */
export function continueR2Upload(bucket: R2BucketLike, key: string, id: string): FileUpload {
  return uploadOf(bucket.resumeMultipartUpload(key, id));
}

function uploadOf(upload: R2UploadLike): FileUpload {
  return {
    id: upload.uploadId,
    async part(number, body, size = 0) {
      const { etag } = await fixedLength(body, size, (value) => upload.uploadPart(number, value));
      return { number, etag, size };
    },
    // Refused before it is called.
    parts: async () => [],
    async complete(parts) {
      const object = await bound(upload.complete(parts.map(({ number, etag }) => ({ partNumber: number, etag }))));
      return { etag: object.etag, size: object.size };
    },
    async abort() {
      await upload.abort().catch((error: unknown) => {
        const failure = mapR2Error(error);
        if (failure.kind !== "not_found") throw failure;
      });
    },
  };
}
