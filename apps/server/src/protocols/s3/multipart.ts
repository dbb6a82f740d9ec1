import { xmlChildren, xmlTextOf } from "@plinth/core";
import {
  abortObjectUpload,
  beginObjectUpload,
  type ChosenObjectPart,
  completeObjectUpload,
  MOST_PARTS,
  storeObjectPart,
  type UploadAddress,
} from "@plinth/engine";
import { BASE, pathEncoded } from "./address.ts";
import { tagsIn, writeCondition } from "./conditions.ts";
import { copySourceOf } from "./copy-object.ts";
import { documentIn } from "./delete-objects.ts";
import { S3Error } from "./errors.ts";
import { keptHeaders, objectMetadataIn } from "./metadata.ts";
import { checksumsOf, writableKey } from "./objects.ts";
import { requireOffered } from "./offered.ts";
import { answerEmpty, answerXml, type ObjectRequest, type Operation } from "./operation.ts";
import { compareHash, payloadOf, readDocument, summed } from "./payload.ts";
import { element } from "./xml.ts";

/** Objects that arrive in parts. */

export const createMultipart: Operation = async (request) => {
  const { ctx, grant, bucket, key, headers } = request;
  requireOffered(headers);
  const path = await writableKey(request);
  const id = await beginObjectUpload(ctx, grant, {
    bucket,
    path,
    contentType: headers.get("content-type") ?? undefined,
    headers: keptHeaders(headers),
    metadata: objectMetadataIn(headers),
  });
  return answerXml(request, "InitiateMultipartUploadResult", [
    element("Bucket", bucket),
    element("Key", key),
    element("UploadId", id),
  ]);
};

export const uploadAddress = ({ bucket, key, query }: ObjectRequest): UploadAddress => ({
  bucket,
  path: key,
  uploadId: query.get("uploadId") ?? "",
});

export const uploadPart: Operation = async (request) => {
  const { c, ctx, grant, signed } = request;
  const number = partNumberIn(request);
  const payload = compareHash(c, payloadOf(c, signed));
  const { size } = payload;
  if (size === undefined) throw new S3Error("MissingContentLength", "A part needs the header Content-Length.");
  const md5 = () => payload.facts().md5;
  const etag = await storeObjectPart(ctx, grant, uploadAddress(request), { number, body: payload.stream, size, md5 });
  return answerEmpty(request, 200, { etag: `"${etag}"`, ...checksumsOf(payload.facts().checksums) });
};

export const uploadPartCopy: Operation = async (request) => {
  const { c, ctx, grant, headers } = request;
  const number = partNumberIn(request);
  const { file } = await copySourceOf(request);
  const range = copyRangeIn(headers.get("x-amz-copy-source-range"), file.size);
  const size = range?.length ?? file.size;
  const { stream, md5 } = summed(c.env.engine, await file.bytes(range));
  const etag = await storeObjectPart(ctx, grant, uploadAddress(request), { number, body: stream, size, md5 });
  return answerXml(request, "CopyPartResult", [
    element("LastModified", new Date(ctx.now).toISOString()),
    element("ETag", `"${etag}"`),
  ]);
};

function partNumberIn({ query }: ObjectRequest): number {
  const text = query.get("partNumber") ?? "";
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= MOST_PARTS) return number;
  throw new S3Error("InvalidArgument", `partNumber must be 1 to ${MOST_PARTS}.`);
}

function copyRangeIn(header: string | null, size: number): { offset: number; length: number } | undefined {
  if (header === null) return undefined;
  const [, first = "", last = ""] = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(header) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (first !== "" && from <= to && to < size) return { offset: from, length: to - from + 1 };
  throw new S3Error("InvalidArgument", `x-amz-copy-source-range must be bytes=FIRST-LAST within ${size} bytes.`);
}

const PROBLEMS = {
  order: ["InvalidPartOrder", "is not behind the one before it"],
  missing: ["InvalidPart", "is not there, or has another ETag"],
  small: ["EntityTooSmall", "has less than 5 MiB, and is not the last one"],
} as const;

export const completeMultipart: Operation = async (request) => {
  const { c, ctx, grant, bucket, key, headers, signed } = request;
  // Its checksums are of the object, not of the document.
  const root = documentIn(await readDocument(c, signed, []), "CompleteMultipartUpload");
  const elements = xmlChildren(root, "Part");
  if (elements.length === 0 || elements.length > MOST_PARTS)
    throw new S3Error("MalformedXML", `Name 1 to ${MOST_PARTS} parts.`);
  const parts = elements.map((part): ChosenObjectPart => {
    const number = Number(xmlTextOf(part, "PartNumber") ?? Number.NaN);
    const [etag = ""] = tagsIn(xmlTextOf(part, "ETag") ?? "");
    if (!Number.isInteger(number) || etag === "")
      throw new S3Error("MalformedXML", "A part has a PartNumber and an ETag.");
    return { number, etag };
  });
  const condition = writeCondition(headers);
  const done = await completeObjectUpload(ctx, grant, uploadAddress(request), { parts, condition });
  if ("problem" in done) {
    const [code, what] = PROBLEMS[done.problem];
    throw new S3Error(code, `Part ${done.number} ${what}.`);
  }
  return answerXml(request, "CompleteMultipartUploadResult", [
    element("Location", `${c.env.platform.config.appUrl}${BASE}/${bucket}/${pathEncoded(key)}`),
    element("Bucket", bucket),
    element("Key", key),
    element("ETag", `"${done.etag}"`),
  ]);
};

export const abortMultipart: Operation = async (request) => {
  const { ctx, grant } = request;
  await abortObjectUpload(ctx, grant, uploadAddress(request));
  return answerEmpty(request, 204);
};
