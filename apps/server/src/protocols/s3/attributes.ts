import { type ObjectChecksum, type OpenedObject, requireS3Bucket } from "@plinth/engine";
import { S3Error } from "./errors.ts";
import { limitIn, partMarkerIn } from "./lists.ts";
import { answerXml, type ObjectRequest, type Operation } from "./operation.ts";
import { openAddressed } from "./read-object.ts";
import { versionHeaders } from "./versions.ts";
import { element, type Xml } from "./xml.ts";

const ATTRIBUTES: Readonly<Record<string, (object: OpenedObject, request: ObjectRequest) => Xml>> = {
  ETag: ({ etag }) => element("ETag", etag),
  Checksum: ({ checksum }) =>
    checksum
      ? element("Checksum", [...checksumElements(checksum), element("ChecksumType", checksum.type)])
      : element("Checksum", undefined),
  ObjectParts: (object, request) => partElements(object, request),
  StorageClass: () => element("StorageClass", "STANDARD"),
  ObjectSize: ({ file }) => element("ObjectSize", file.size),
};

/** GetObjectAttributes. */
export const answerAttributes: Operation = async (request) => {
  await requireS3Bucket(request.ctx, request.grant, request.bucket);
  const header = request.headers.get("x-amz-object-attributes") ?? "";
  const names = header.split(",").flatMap((one) => one.trim() || []);
  const unknown = names.find((name) => !Object.hasOwn(ATTRIBUTES, name));
  if (unknown !== undefined) throw new S3Error("InvalidArgument", "Invalid attribute name specified.");
  if (names.length === 0)
    throw new S3Error(
      "InvalidRequest",
      "The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty",
    );
  const object = await openAddressed(request);
  const asked = Object.keys(ATTRIBUTES).filter((name) => names.includes(name));
  return answerXml(
    request,
    "GetObjectAttributesResponse",
    asked.map((name) => ATTRIBUTES[name]!(object, request)),
    {
      ...versionHeaders(object.version),
      "last-modified": new Date(object.file.changedAt).toUTCString(),
    },
  );
};

/** Elements are named after the algorithm. */
export function checksumElements({ algorithm, value }: Pick<ObjectChecksum, "algorithm" | "value">): Xml[] {
  return value === "" ? [] : [element(`Checksum${algorithm.toUpperCase()}`, value)];
}

/** The parts one by one, where they have a checksum of their own. */
function partElements({ parts, checksum }: OpenedObject, { headers }: ObjectRequest): Xml {
  if (!parts) return element("ObjectParts", undefined);
  const marker = partMarkerIn(headers.get("x-amz-part-number-marker") ?? undefined);
  const limit = limitIn(headers.get("x-amz-max-parts") ?? undefined, "x-amz-max-parts");
  const later = parts.filter(({ number }) => number > marker);
  const shown = later.slice(0, limit);
  const isListed = checksum?.type === "COMPOSITE";
  return element("ObjectParts", [
    element("PartsCount", parts.length),
    element("PartNumberMarker", marker),
    element("NextPartNumberMarker", isListed ? shown.at(-1)?.number : undefined),
    element("MaxParts", limit),
    element("IsTruncated", isListed && later.length > shown.length),
    ...(isListed
      ? shown.map(({ number, size, checksum: value }) =>
          element("Part", [
            element("PartNumber", number),
            element("Size", size),
            ...checksumElements({ algorithm: checksum.algorithm, value }),
          ]),
        )
      : []),
  ]);
}
