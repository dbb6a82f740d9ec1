import { xmlTextOf } from "@plinth/core";
import {
  deletionIn,
  keepS3Versions,
  listObjectVersions,
  requireS3Bucket,
  requireVersionId,
  type VersionAddress,
} from "@plinth/engine";
import { ownerElement } from "./buckets.ts";
import { documentIn } from "./delete-objects.ts";
import { S3Error } from "./errors.ts";
import { limitIn, listingOf } from "./lists.ts";
import { answerEmpty, answerXml, type ObjectRequest, type Operation } from "./operation.ts";
import { readDocument } from "./payload.ts";
import { element } from "./xml.ts";

/** The object of the request, and the version that it names. `null`: that of a bucket without versions, which is the object as it is. */
export function versionAddress({ bucket, key, query }: ObjectRequest): VersionAddress {
  return { bucket, path: key, version: requireReadableVersion(query.get("versionId")) };
}

/** Throws where a version has no bytes that could be read. */
export function requireReadableVersion(version: string | undefined): string | undefined {
  if (version === undefined || version === "null") return undefined;
  requireVersionId(version);
  if (deletionIn(version) !== undefined)
    throw new S3Error("MethodNotAllowed", "The specified method is not allowed against this resource.");
  return version;
}

export const versionHeaders = (version: string | undefined): Record<string, string> =>
  version === undefined ? {} : { "x-amz-version-id": version };

/** A bucket that does not keep versions has no status. */
export const bucketVersioning: Operation = async (request) => {
  const { ctx, grant, bucket } = request;
  const { versions } = await requireS3Bucket(ctx, grant, bucket);
  return answerXml(request, "VersioningConfiguration", versions ? [element("Status", "Enabled")] : []);
};

const STATES: Readonly<Record<string, boolean>> = { Enabled: true, Suspended: false };

export const setBucketVersioning: Operation = async (request) => {
  const { c, ctx, grant, bucket, signed } = request;
  const status = xmlTextOf(documentIn(await readDocument(c, signed), "VersioningConfiguration"), "Status") ?? "";
  if (!Object.hasOwn(STATES, status)) throw new S3Error("MalformedXML", "Status must be Enabled or Suspended.");
  await keepS3Versions(ctx, grant, bucket, STATES[status]!);
  return answerEmpty(request, 200);
};

export const answerVersions: Operation = async (request) => {
  const { c, ctx, grant, bucket, query } = request;
  const { prefix, delimiter, encoding, text } = listingOf(request);
  const limit = limitIn(query.get("max-keys"), "max-keys");
  const [afterKey, afterVersion] = [query.get("key-marker") ?? "", query.get("version-id-marker")];
  if (afterVersion) {
    if (afterKey === "")
      throw new S3Error("InvalidArgument", "A version-id marker cannot be specified without a key marker.");
    requireVersionId(afterVersion);
  }
  const page = await c.env.admission.inSlot(c, "list", () =>
    listObjectVersions(ctx, grant, {
      ...{ bucket, prefix, delimiter, limit },
      ...{ afterKey, afterVersion: afterVersion || undefined },
    }),
  );
  const { next } = page;
  return answerXml(request, "ListVersionsResult", [
    element("Name", bucket),
    element("Prefix", text(prefix)),
    element("KeyMarker", text(afterKey)),
    element("VersionIdMarker", afterVersion ?? ""),
    element("NextKeyMarker", next && text(next.key)),
    element("NextVersionIdMarker", next?.version),
    element("MaxKeys", limit),
    element("Delimiter", delimiter === "" ? undefined : text(delimiter)),
    element("EncodingType", encoding),
    element("IsTruncated", next !== undefined),
    ...page.versions.map((one) =>
      element(one.isDeletion ? "DeleteMarker" : "Version", [
        element("Key", text(one.key)),
        element("VersionId", one.version),
        element("IsLatest", one.isLatest),
        element("LastModified", one.changedAt),
        ...(one.isDeletion
          ? []
          : [
              element("ETag", `"${one.etag}"`),
              ...(one.checksum
                ? [
                    element("ChecksumAlgorithm", one.checksum.algorithm.toUpperCase()),
                    element("ChecksumType", one.checksum.type),
                  ]
                : []),
              element("Size", one.size),
              element("StorageClass", "STANDARD"),
            ]),
        ownerElement("Owner", ctx.principal.workspaceId),
      ]),
    ),
    ...page.prefixes.map((one) => element("CommonPrefixes", [element("Prefix", text(one))])),
  ]);
};
