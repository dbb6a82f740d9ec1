import {
  abortObjectUpload,
  beginObjectUpload,
  readObjectUpload,
  requireS3Bucket,
  storeObjectPart,
  type UploadAddress,
  type UploadNote,
} from "@plinth/engine";
import { checksumElements } from "./attributes.ts";
import { checksumHeader, type ExpectedChecksum, expectedChecksums, uploadChecksum } from "./checksums.ts";
import { copySourceIn, openSource } from "./copy-object.ts";
import { S3Error } from "./errors.ts";
import { keptHeaders, objectMetadataIn } from "./metadata.ts";
import { folderWithBytes, writableKey } from "./objects.ts";
import { requireOffered } from "./offered.ts";
import { answerEmpty, answerXml, type ObjectRequest, type Operation } from "./operation.ts";
import { partNumberIn } from "./part-number.ts";
import { type BodySums, compareHash, payloadOf, summed } from "./payload.ts";
import { tagsInHeader } from "./tags.ts";
import { element } from "./xml.ts";

/** Objects that arrive in parts. */

export const createMultipart: Operation = async (request) => {
  const { ctx, grant, bucket, key, headers } = request;
  requireOffered(headers);
  const path = writableKey(request);
  if (path.endsWith("/")) throw folderWithBytes();
  const { checksum, isChosen } = uploadChecksum(headers);
  const id = await beginObjectUpload(ctx, grant, {
    ...{ bucket, path, checksum, isChosen },
    contentType: headers.get("content-type") ?? undefined,
    headers: keptHeaders(headers),
    tags: tagsInHeader(headers),
    metadata: objectMetadataIn(headers),
  });
  const chosen = isChosen && {
    "x-amz-checksum-algorithm": checksum.algorithm.toUpperCase(),
    "x-amz-checksum-type": checksum.type,
  };
  return answerXml(
    request,
    "InitiateMultipartUploadResult",
    [element("Bucket", bucket), element("Key", key), element("UploadId", id)],
    { ...chosen },
  );
};

export const uploadAddress = ({ bucket, key, query }: ObjectRequest): UploadAddress => ({
  bucket,
  path: key,
  uploadId: query.get("uploadId") ?? "",
});

export const uploadPart: Operation = async (request) => {
  const { c, ctx, grant, query, headers, signed } = request;
  const number = partNumberIn(query.get("partNumber"));
  const address = uploadAddress(request);
  const note = await readObjectUpload(ctx, grant, address);
  const { algorithm } = note.checksum;
  const expected = expectedChecksums(headers);
  requirePartChecksum(note, expected);
  const payload = compareHash(c, payloadOf(c, signed, { expected, algorithm }));
  const { size } = payload;
  if (size === undefined) throw new S3Error("MissingContentLength", "You must provide the Content-Length HTTP header.");
  const sums = () => sumsOf(payload.facts());
  const { md5 } = await storeObjectPart(ctx, grant, address, { number, body: payload.stream, size, sums });
  const { value } = payload.facts().checksum;
  return answerEmpty(request, 200, { etag: `"${md5}"`, ...(note.isChosen && { [checksumHeader(algorithm)]: value }) });
};

const sumsOf = ({ md5, checksum }: BodySums) => ({ md5, checksum: checksum.value });

/** A part has the checksum that the upload has said. */
function requirePartChecksum(
  { checksum: { algorithm, type }, isChosen }: UploadNote,
  expected: readonly ExpectedChecksum[],
): void {
  const sent = expected.find(({ name }) => name !== "md5")?.name;
  // Where the client has said none, its parts may have any.
  if (!isChosen || sent === algorithm || (sent === undefined && type === "FULL_OBJECT")) return;
  throw new S3Error(
    "InvalidRequest",
    `Checksum Type mismatch occurred, expected checksum Type: ${algorithm.toUpperCase()}, actual checksum Type: ${sent?.toUpperCase() ?? "null"}`,
  );
}

export const uploadPartCopy: Operation = async (request) => {
  const { c, ctx, grant, bucket, headers, query } = request;
  const number = partNumberIn(query.get("partNumber"));
  await requireS3Bucket(ctx, grant, bucket);
  const from = copySourceIn(headers);
  const address = uploadAddress(request);
  const { checksum, isChosen } = await readObjectUpload(ctx, grant, address);
  const { algorithm } = checksum;
  const { file, version } = await openSource(request, from);
  const range = copyRangeIn(headers.get("x-amz-copy-source-range"), file.size);
  const size = range?.length ?? file.size;
  const { stream, facts } = summed(c.env.engine, await file.bytes(range), algorithm);
  const sums = () => sumsOf(facts());
  const { md5 } = await storeObjectPart(ctx, grant, address, { number, body: stream, size, sums });
  return answerXml(
    request,
    "CopyPartResult",
    [
      element("LastModified", new Date(ctx.now).toISOString()),
      element("ETag", `"${md5}"`),
      ...(isChosen ? checksumElements(facts().checksum) : []),
    ],
    version === undefined ? {} : { "x-amz-copy-source-version-id": version },
  );
};

const NO_RANGE =
  "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy";

function copyRangeIn(header: string | null, size: number): { offset: number; length: number } | undefined {
  if (header === null) return undefined;
  const [, first = "", last = ""] = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(header) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (first !== "" && from <= to && to < size) return { offset: from, length: to - from + 1 };
  const isOutside = first !== "" && from <= to;
  throw new S3Error(
    "InvalidArgument",
    isOutside ? `Range specified is not valid for source object of size: ${size}` : NO_RANGE,
  );
}

export const abortMultipart: Operation = async (request) => {
  const { ctx, grant, headers } = request;
  requireOffered(headers);
  await abortObjectUpload(ctx, grant, uploadAddress(request));
  return answerEmpty(request, 204);
};
