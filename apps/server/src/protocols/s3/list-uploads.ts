import { isUuid } from "@plinth/core";
import { listObjectParts, listObjectUploads } from "@plinth/engine";
import { checksumElements } from "./attributes.ts";
import { ownerElement } from "./buckets.ts";
import { S3Error } from "./errors.ts";
import { limitIn, listingOf, partMarkerIn } from "./lists.ts";
import { uploadAddress } from "./multipart.ts";
import { answerXml, type Operation } from "./operation.ts";
import { element } from "./xml.ts";

export const answerParts: Operation = async (request) => {
  const { ctx, grant, bucket, key, query } = request;
  const marker = partMarkerIn(query.get("part-number-marker"));
  const limit = limitIn(query.get("max-parts"), "max-parts");
  const { note, parts: all } = await listObjectParts(ctx, grant, uploadAddress(request));
  const { algorithm, type } = note.checksum;
  const later = all.filter((one) => one.number > marker);
  const parts = later.slice(0, limit);
  const isTruncated = later.length > parts.length;
  const owner = ctx.principal.workspaceId;
  return answerXml(request, "ListPartsResult", [
    element("Bucket", bucket),
    element("Key", key),
    element("UploadId", query.get("uploadId")),
    ownerElement("Initiator", owner),
    ownerElement("Owner", owner),
    element("StorageClass", "STANDARD"),
    ...(note.isChosen ? [element("ChecksumAlgorithm", algorithm.toUpperCase()), element("ChecksumType", type)] : []),
    element("PartNumberMarker", marker),
    element("NextPartNumberMarker", parts.at(-1)?.number),
    element("MaxParts", limit),
    element("IsTruncated", isTruncated),
    ...parts.map(({ number, size, sums }) =>
      element("Part", [
        element("PartNumber", number),
        element("ETag", `"${sums?.md5}"`),
        element("Size", size),
        ...(note.isChosen ? checksumElements({ algorithm, value: sums?.checksum ?? "" }) : []),
      ]),
    ),
  ]);
};

export const answerUploads: Operation = async (request) => {
  const { ctx, grant, bucket, query } = request;
  const { prefix, delimiter, encoding, text } = listingOf(request);
  const limit = limitIn(query.get("max-uploads"), "max-uploads");
  const [after, afterId] = [query.get("key-marker") ?? "", query.get("upload-id-marker") ?? ""];
  if (afterId !== "" && after !== "" && !isUuid(afterId))
    throw new S3Error("InvalidArgument", "Invalid uploadId marker");
  const from = { after, afterId: after === "" ? "" : afterId };
  const { uploads, prefixes, next } = await listObjectUploads(ctx, grant, {
    bucket,
    prefix,
    delimiter,
    limit,
    ...from,
  });
  const owner = ctx.principal.workspaceId;
  return answerXml(request, "ListMultipartUploadsResult", [
    element("Bucket", bucket),
    element("KeyMarker", text(after)),
    element("UploadIdMarker", afterId),
    element("NextKeyMarker", next && text(next.key)),
    element("NextUploadIdMarker", next?.id),
    element("Prefix", text(prefix)),
    element("Delimiter", delimiter === "" ? undefined : text(delimiter)),
    element("EncodingType", encoding),
    element("MaxUploads", limit),
    element("IsTruncated", next !== undefined),
    ...uploads.map(({ id, path, createdAt }) =>
      element("Upload", [
        element("Key", text(path)),
        element("UploadId", id),
        ownerElement("Initiator", owner),
        ownerElement("Owner", owner),
        element("StorageClass", "STANDARD"),
        element("Initiated", new Date(createdAt).toISOString()),
      ]),
    ),
    ...prefixes.map((one) => element("CommonPrefixes", [element("Prefix", text(one))])),
  ]);
};
