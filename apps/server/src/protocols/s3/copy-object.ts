import { type OpenedObject, openObject, putObject } from "@plinth/engine";
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

/** The object that a copy is made of. */
export async function copySourceOf({
  ctx,
  grant,
  headers,
}: ObjectRequest): Promise<OpenedObject & { readonly at: string }> {
  const [path = "", query] = (headers.get(COPY_SOURCE) ?? "").split("?", 2);
  const text = query?.startsWith("versionId=") ? query.slice("versionId=".length) : undefined;
  const version = requireReadableVersion(text);
  const [, bucket, key] = /^\/?([^/]+)\/(.+)$/s.exec(decodedSource(path)) ?? [];
  if (bucket === undefined) throw new S3Error("InvalidArgument", "Invalid copy source bucket name");
  const opened = await openObject(ctx, grant, { bucket, path: key!, version });
  requireSource(headers, opened);
  return { ...opened, at: `${bucket}/${key!.normalize("NFC")}` };
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
  const [isNew, hasNewTags] = [isReplaced(headers, "metadata"), isReplaced(headers, "tagging")];
  const tags = tagsInHeader(headers);
  const metadata = objectMetadataIn(headers);
  const named = headers.get("x-amz-checksum-algorithm");
  const asked = named ? algorithmIn(named) : undefined;
  const source = await copySourceOf(request);
  if (!isNew && !hasNewTags && asked === undefined && source.at === `${bucket}/${path.normalize("NFC")}`)
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
