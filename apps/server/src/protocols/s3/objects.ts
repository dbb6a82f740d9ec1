import { PlinthError } from "@plinth/core";
import { deleteObject, deleteObjectVersion, deletionIn, deletionOf, putObject, requireVersionId } from "@plinth/engine";
import { checksumHeaders } from "./checksums.ts";
import { writeCondition } from "./conditions.ts";
import { S3Error } from "./errors.ts";
import { keptHeaders, objectMetadataIn } from "./metadata.ts";
import { requireOffered } from "./offered.ts";
import { answerEmpty, type ObjectRequest, type Operation } from "./operation.ts";
import { otherHash, payloadOf } from "./payload.ts";
import { tagsInHeader } from "./tags.ts";
import { versionHeaders } from "./versions.ts";

export const writeObject: Operation = async (request) => {
  const { c, ctx, grant, bucket, headers, signed } = request;
  requireOffered(headers);
  const path = writableKey(request);
  const payload = payloadOf(c, signed);
  if (path.endsWith("/") && payload.size !== 0) throw folderWithBytes();
  const { etag, version } = await putObject(ctx, grant, {
    bucket,
    path,
    body: payload.stream,
    size: payload.size,
    contentType: headers.get("content-type") ?? undefined,
    sha256: payload.sha256,
    headers: keptHeaders(headers),
    tags: tagsInHeader(headers),
    metadata: objectMetadataIn(headers),
    condition: writeCondition(headers),
    facts: () => {
      const { md5, checksum } = payload.facts();
      return { etag: md5, checksum };
    },
  }).catch((error: unknown) => refuseHash(error, payload.sha256));
  const { checksum } = payload.facts();
  return answerEmpty(request, 200, { etag: `"${etag}"`, ...checksumHeaders(checksum), ...versionHeaders(version) });
};

/** Of the body that was compared with its signed hash. */
function refuseHash(error: unknown, sent = ""): never {
  const isHash = error instanceof PlinthError && error.code === "VALIDATION" && error.details?.field === "sha256";
  throw isHash ? otherHash(sent) : error;
}

const MAX_KEY_BYTES = 1024;

/** The key, if it is none that is too long for any client. */
export function writableKey({ key }: Pick<ObjectRequest, "key">): string {
  if (new TextEncoder().encode(key).length <= MAX_KEY_BYTES) return key;
  throw new S3Error("KeyTooLongError", "Your key is too long.");
}

export const folderWithBytes = () =>
  new S3Error("InvalidArgument", "An object whose key ends with / stands for a folder, and has no bytes.");

export const removeObject: Operation = async (request) => {
  const { ctx, grant, bucket, headers, query } = request;
  requireOffered(headers);
  const path = writableKey(request);
  const version = query.get("versionId");
  if (version !== undefined && version !== "null") {
    requireVersionId(version);
    await deleteObjectVersion(ctx, grant, { bucket, path, version });
    return answerEmpty(request, 204, {
      ...versionHeaders(version),
      ...(deletionIn(version) !== undefined && { "x-amz-delete-marker": "true" }),
    });
  }
  const condition = writeCondition(headers);
  try {
    const { kept } = await deleteObject(ctx, grant, { bucket, path }, condition);
    return answerEmpty(request, 204, kept === undefined ? {} : deletionHeaders(kept));
  } catch (error) {
    // A key that no object can have.
    if (!(error instanceof PlinthError && error.code === "VALIDATION")) throw error;
    return answerEmpty(request, 204);
  }
};

/** Of an object whose bytes are kept. */
const deletionHeaders = (content: string): Record<string, string> => ({
  ...versionHeaders(deletionOf(content)),
  "x-amz-delete-marker": "true",
});
