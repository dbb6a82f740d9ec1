import { type XmlElement, xmlChildren, xmlTextOf } from "@plinth/core";
import {
  type ChosenObjectPart,
  completeObjectUpload,
  MOST_PARTS,
  type PartProblem,
  readObjectUpload,
  S3_CHECKSUMS,
  type UploadNote,
} from "@plinth/engine";
import { BASE, pathEncoded } from "./address.ts";
import { checksumElements } from "./attributes.ts";
import { checksumTypeIn, isChecksumOf, sentChecksums, severalChecksums } from "./checksums.ts";
import { tagsIn, writeCondition } from "./conditions.ts";
import { documentIn } from "./delete-objects.ts";
import { S3Error } from "./errors.ts";
import { uploadAddress } from "./multipart.ts";
import { answerXml, type ObjectRequest, type Operation } from "./operation.ts";
import { readDocument } from "./payload.ts";
import { versionHeaders } from "./versions.ts";
import { element } from "./xml.ts";

export const completeMultipart: Operation = async (request) => {
  const { c, ctx, grant, bucket, key, headers, signed } = request;
  // Its checksums are of the object, not of the document.
  const root = documentIn(await readDocument(c, signed, []), "CompleteMultipartUpload");
  const address = uploadAddress(request);
  const note = await readObjectUpload(ctx, grant, address);
  const checksum = finalChecksum(request, note);
  const elements = xmlChildren(root, "Part");
  if (elements.length === 0 || elements.length > MOST_PARTS)
    throw new S3Error("MalformedXML", `Name 1 to ${MOST_PARTS} parts.`);
  const parts = elements.map((one) => partIn(one, note));
  const size = sizeIn(headers.get("x-amz-mp-object-size"));
  const condition = writeCondition(headers);
  const done = await completeObjectUpload(ctx, grant, address, { parts, condition, size, checksum });
  if ("problem" in done) throw refusalOf(done.problem, note, { announced: size, found: done.size });
  return answerXml(
    request,
    "CompleteMultipartUploadResult",
    [
      element("Location", `${c.env.platform.config.appUrl}${BASE}/${bucket}/${pathEncoded(key)}`),
      element("Bucket", bucket),
      element("Key", key),
      element("ETag", `"${done.etag}"`),
      ...checksumElements(done.checksum),
      element("ChecksumType", done.checksum.type),
    ],
    versionHeaders(done.version),
  );
};

function partIn(part: XmlElement, { checksum: { algorithm, type }, isChosen }: UploadNote): ChosenObjectPart {
  const [numberText, tag] = [xmlTextOf(part, "PartNumber"), xmlTextOf(part, "ETag")];
  if (numberText === undefined || tag === undefined || !/^-?\d{1,10}$/.test(numberText))
    throw new S3Error("MalformedXML", "A part has a PartNumber and an ETag.");
  const number = Number(numberText);
  if (number < 1) throw new S3Error("InvalidArgument", "PartNumber must be >= 1");
  const [etag = ""] = tagsIn(tag);
  const sent = S3_CHECKSUMS.flatMap((name) => {
    const value = xmlTextOf(part, `Checksum${name.toUpperCase()}`);
    return value === undefined ? [] : [{ name, value }];
  });
  const [first] = sent;
  if (sent.length > 1 || (first && !isChecksumOf(first.name, first.value)))
    throw new S3Error("InvalidArgument", "Invalid Base64 or multiple checksums present in request");
  if (first && first.name !== algorithm && isChosen)
    throw new S3Error(
      "BadDigest",
      `The ${first.name} you specified for part ${number} did not match what we received.`,
    );
  if (!first && type === "COMPOSITE")
    throw new S3Error(
      "InvalidRequest",
      `The upload was created using a ${algorithm} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`,
    );
  return { number, etag, checksum: first?.name === algorithm ? first.value : undefined };
}

function sizeIn(header: string | null): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,15}$/.test(header)) return Number(header);
  const what = /^-\d+$/.test(header) ? "less than zero" : "invalid";
  throw new S3Error("InvalidRequest", `Value for x-amz-mp-object-size header is ${what}: '${header}'`);
}

/** Of the whole object, where the client has sent it. */
function finalChecksum({ headers }: ObjectRequest, { checksum, isChosen }: UploadNote): string | undefined {
  const [one, ...others] = sentChecksums(headers);
  if (others.length > 0) throw severalChecksums();
  const typeText = headers.get("x-amz-checksum-type");
  const type = typeText === null ? undefined : checksumTypeIn(typeText);
  if (type !== undefined && type !== checksum.type && isChosen)
    throw new S3Error(
      "InvalidRequest",
      `The upload was created using the ${checksum.type} checksum mode. The complete request must use the same checksum mode.`,
    );
  if (!one) return undefined;
  const [digest = "", count, ...more] = one.value.split("-");
  const hasCount = count !== undefined && /^\d{1,5}$/.test(count) && more.length === 0;
  if (!isChecksumOf(one.name, digest) || !(count === undefined || (hasCount && checksum.type === "COMPOSITE")))
    throw new S3Error("InvalidRequest", `Value for x-amz-checksum-${one.name} header is invalid.`);
  return one.name === checksum.algorithm ? one.value : undefined;
}

function refusalOf(
  problem: PartProblem,
  { checksum: { algorithm } }: UploadNote,
  { announced, found }: { readonly announced: number | undefined; readonly found: number },
): S3Error {
  switch (problem) {
    case "order":
      return new S3Error(
        "InvalidPartOrder",
        "The list of parts was not in ascending order. Parts must be ordered by part number.",
      );
    case "missing":
      return new S3Error(
        "InvalidPart",
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
      );
    case "small":
      return new S3Error("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size");
    case "size":
      return new S3Error(
        "InvalidRequest",
        `The provided 'x-amz-mp-object-size' header value ${announced} does not match what was computed: ${found}`,
      );
    case "checksum":
      return new S3Error(
        "BadDigest",
        `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`,
      );
  }
}
