import { type OpenedObject, openObject, putObject, type VersionAddress } from "@plinth/engine";
import { decoded } from "./address.ts";
import { checksumElements } from "./attributes.ts";
import { algorithmIn } from "./checksums.ts";
import { requireSource, writeCondition } from "./conditions.ts";
import { S3Error } from "./errors.ts";
import { keptHeaders, objectMetadataIn } from "./metadata.ts";
import { writableKey } from "./objects.ts";
import { requireOffered } from "./offered.ts";
import { answerXml, type ObjectRequest, type Operation } from "./operation.ts";
import { summed } from "./payload.ts";
import { tagsInHeader } from "./tags.ts";
import { requireReadableVersion, versionHeaders } from "./versions.ts";
import { element } from "./xml.ts";

export const COPY_SOURCE = "x-amz-copy-source";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET = /^(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Which object a copy is to be made of. Throws where no object can be meant. */
export function copySourceIn(headers: Headers): VersionAddress {
  const [path = "", query] = (headers.get(COPY_SOURCE) ?? "").split("?", 2);
  const text = query?.startsWith("versionId=") ? query.slice("versionId=".length) : undefined;
  const version = requireReadableVersion(text);
  const [bucket = "", ...names] = decodedSource(path).replace(/^\//, "").split("/");
  const key = names.join("/");
  if (!BUCKET.test(bucket)) throw new S3Error("InvalidArgument", "Invalid copy source bucket name");
  if (key === "" || names.some((name) => name === "." || name === ".."))
    throw new S3Error("InvalidArgument", "Invalid copy source object key");
  return { bucket, path: key, version };
}

/** The object that a copy is made of. */
export async function openSource({ ctx, grant, headers }: ObjectRequest, at: VersionAddress): Promise<OpenedObject> {
  const opened = await openObject(ctx, grant, at);
  requireSource(headers, opened);
  return opened;
}

function decodedSource(path: string): string {
  try {
    return decoded(path);
  } catch {
    throw new S3Error("InvalidArgument", "Invalid copy source encoding");
  }
}

/** Whether something of the source comes along, or what the request has in its place. */
function isReplaced(headers: Headers, name: "metadata" | "tagging"): boolean {
  const directive = headers.get(`x-amz-${name}-directive`) ?? "COPY";
  if (directive === "COPY" || directive === "REPLACE") return directive === "REPLACE";
  throw new S3Error("InvalidArgument", `Unknown ${name} directive.`);
}

export const copyObject: Operation = async (request) => {
  const { c, ctx, grant, bucket, headers } = request;
  requireOffered(headers);
  const path = writableKey(request);
  const from = copySourceIn(headers);
  const [isNew, hasNewTags] = [isReplaced(headers, "metadata"), isReplaced(headers, "tagging")];
  const tags = tagsInHeader(headers);
  const metadata = objectMetadataIn(headers);
  const named = headers.get("x-amz-checksum-algorithm");
  const asked = named ? algorithmIn(named) : undefined;
  const isSame = from.bucket === bucket && from.path.normalize("NFC") === path.normalize("NFC");
  const source = await openSource(request, from);
  if (!isNew && !hasNewTags && asked === undefined && isSame)
    throw new S3Error(
      "InvalidRequest",
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  const { file } = source;
  const { stream, facts } = summed(
    c.env.engine,
    await file.bytes(),
    asked ?? source.checksum?.algorithm ?? "crc64nvme",
  );
  const { etag, version } = await putObject(ctx, grant, {
    bucket,
    path,
    body: stream,
    size: file.size,
    contentType: (isNew ? headers.get("content-type") : null) ?? file.contentType,
    sha256: source.sha256,
    headers: isNew ? keptHeaders(headers) : source.headers,
    tags: hasNewTags ? tags : source.tags,
    metadata: isNew ? metadata : source.metadata,
    condition: writeCondition(headers),
    facts: () => ({ etag: facts().md5, checksum: facts().checksum }),
  });
  const { checksum } = facts();
  return answerXml(
    request,
    "CopyObjectResult",
    [
      element("LastModified", new Date(ctx.now).toISOString()),
      element("ETag", `"${etag}"`),
      element("ChecksumType", checksum.type),
      ...checksumElements(checksum),
    ],
    {
      ...versionHeaders(version),
      ...(source.version !== undefined && { "x-amz-copy-source-version-id": source.version }),
    },
  );
};
