import { fromBase64Url, toBase64Url } from "@plinth/core";
import { type ListedObject, listObjects, type ObjectPage } from "@plinth/engine";
import { pathEncoded } from "./address.ts";
import { ownerElement } from "./buckets.ts";
import { S3Error } from "./errors.ts";
import { answerXml, type ObjectRequest, type Operation } from "./operation.ts";
import { element, type Xml } from "./xml.ts";

const MOST_KEYS = 1000;

export const listObjectsV1: Operation = async (request) => {
  const { query } = request;
  const marker = query.get("marker") ?? "";
  const listing = listingOf(request);
  const page = await read(request, listing, marker);
  const { text } = listing;
  return answerXml(request, "ListBucketResult", [
    ...shared(request, listing),
    element("Marker", text(marker)),
    element("NextMarker", page.next === undefined ? undefined : text(page.next)),
    element("IsTruncated", page.next !== undefined),
    ...entries(request, listing, page, true),
  ]);
};

export const listObjectsV2: Operation = async (request) => {
  const { query } = request;
  const token = query.get("continuation-token");
  const startAfter = query.get("start-after");
  const listing = listingOf(request);
  const page = await read(request, listing, token === undefined ? (startAfter ?? "") : keyIn(token));
  return answerXml(request, "ListBucketResult", [
    ...shared(request, listing),
    element("KeyCount", page.objects.length + page.prefixes.length),
    element("ContinuationToken", token),
    element("NextContinuationToken", page.next === undefined ? undefined : tokenOf(page.next)),
    element("StartAfter", startAfter === undefined ? undefined : listing.text(startAfter)),
    element("IsTruncated", page.next !== undefined),
    ...entries(request, listing, page, query.get("fetch-owner") === "true"),
  ]);
};

interface ObjectListing {
  readonly prefix: string;
  readonly delimiter: string;
  readonly limit: number;
  readonly encoding: string | undefined;
  /** A key as the answer writes it. */
  text(key: string): string;
}

export function listingOf({ query }: ObjectRequest): ObjectListing {
  const encoding = query.get("encoding-type");
  if (encoding !== undefined && encoding !== "url") throw new S3Error("InvalidArgument", "encoding-type must be url.");
  return {
    prefix: query.get("prefix") ?? "",
    delimiter: query.get("delimiter") ?? "",
    limit: limitIn(query.get("max-keys"), "max-keys"),
    encoding,
    text: encoding === "url" ? pathEncoded : (key) => key,
  };
}

/** Entries of a page. */
export function limitIn(text: string | undefined, name: string): number {
  if (text === undefined || text === "") return MOST_KEYS;
  if (!isInteger(text)) throw noInteger(text, name);
  return Math.min(MOST_KEYS, Number(text));
}

/** Whether it is one of 31 bits, and none below 0. */
const isInteger = (text: string): boolean => /^\d{1,10}$/.test(text) && Number(text) <= 2 ** 31 - 1;

const noInteger = (text: string, name: string): S3Error =>
  new S3Error("InvalidArgument", `Argument ${text} must be an integer between 0 and 2147483647`, {
    ...{ ArgumentName: name, ArgumentValue: text },
  });

/** The number of the part after which a list of parts goes on. */
export function partMarkerIn(text = "0"): number {
  if (isInteger(text)) return Number(text);
  if (/^-\d+$/.test(text)) throw noInteger(text, "part-number-marker");
  throw new S3Error("InvalidArgument", `Provided ${text} not an integer or within integer range`);
}

function read({ c, ctx, grant, bucket }: ObjectRequest, listing: ObjectListing, after: string): Promise<ObjectPage> {
  const { prefix, delimiter, limit } = listing;
  return c.env.admission.inSlot(c, "list", () => listObjects(ctx, grant, { bucket, prefix, delimiter, after, limit }));
}

function shared({ bucket }: ObjectRequest, { prefix, delimiter, limit, encoding, text }: ObjectListing): Xml[] {
  return [
    element("Name", bucket),
    element("Prefix", text(prefix)),
    element("Delimiter", delimiter === "" ? undefined : text(delimiter)),
    element("MaxKeys", limit),
    element("EncodingType", encoding),
  ];
}

function entries(
  { ctx }: ObjectRequest,
  { text }: ObjectListing,
  { objects, prefixes }: ObjectPage,
  withOwner: boolean,
): Xml[] {
  const owner = withOwner ? [ownerElement("Owner", ctx.principal.workspaceId)] : [];
  const object = ({ key, size, changedAt, etag, checksum }: ListedObject) =>
    element("Contents", [
      element("Key", text(key)),
      element("LastModified", changedAt),
      element("ETag", `"${etag}"`),
      ...(checksum
        ? [element("ChecksumAlgorithm", checksum.algorithm.toUpperCase()), element("ChecksumType", checksum.type)]
        : []),
      element("Size", size),
      ...owner,
      element("StorageClass", "STANDARD"),
    ]);
  return [...objects.map(object), ...prefixes.map((one) => element("CommonPrefixes", [element("Prefix", text(one))]))];
}

/** Opaque for clients. */
function tokenOf(key: string): string {
  return toBase64Url(new TextEncoder().encode(key));
}

function keyIn(token: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(fromBase64Url(token));
  } catch {
    throw new S3Error("InvalidArgument", "The continuation-token is not one of this endpoint.");
  }
}
