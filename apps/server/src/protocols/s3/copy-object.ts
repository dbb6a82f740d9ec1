import { type OpenedObject, openObject, putObject } from "@plinth/engine";
import { decoded } from "./address.ts";
import { requireSource, writeCondition } from "./conditions.ts";
import { notImplemented, S3Error } from "./errors.ts";
import { keptHeaders, objectMetadataIn } from "./metadata.ts";
import { writableKey } from "./objects.ts";
import { requireOffered } from "./offered.ts";
import { answerXml, type ObjectRequest, type Operation } from "./operation.ts";
import { summed } from "./payload.ts";
import { element } from "./xml.ts";

export const COPY_SOURCE = "x-amz-copy-source";

/** The object that a copy is made of. */
export async function copySourceOf({
  ctx,
  grant,
  headers,
}: ObjectRequest): Promise<OpenedObject & { readonly at: string }> {
  const [path = "", query] = (headers.get(COPY_SOURCE) ?? "").split("?", 2);
  const version = query?.startsWith("versionId=") ? query.slice("versionId=".length) : "null";
  if (version !== "null") throw notImplemented("versions of objects");
  const [, bucket, key] = /^\/?([^/]+)\/(.+)$/s.exec(decoded(path)) ?? [];
  if (bucket === undefined) throw new S3Error("InvalidArgument", `${COPY_SOURCE} must be a bucket, / and a key.`);
  const opened = await openObject(ctx, grant, { bucket, path: key! });
  requireSource(headers, opened);
  return { ...opened, at: `${bucket}/${key!.normalize("NFC")}` };
}

export const copyObject: Operation = async (request) => {
  const { c, ctx, grant, bucket, headers } = request;
  requireOffered(headers);
  const path = await writableKey(request);
  const directive = headers.get("x-amz-metadata-directive") ?? "COPY";
  if (directive !== "COPY" && directive !== "REPLACE")
    throw new S3Error("InvalidArgument", "x-amz-metadata-directive must be COPY or REPLACE.");
  const source = await copySourceOf(request);
  const isNew = directive === "REPLACE";
  if (!isNew && source.at === `${bucket}/${path.normalize("NFC")}`) {
    const message = "A copy of an object to itself needs x-amz-metadata-directive: REPLACE.";
    throw new S3Error("InvalidRequest", message);
  }
  const { file } = source;
  const { stream, md5 } = summed(c.env.engine, await file.bytes());
  const { etag } = await putObject(ctx, grant, {
    bucket,
    path,
    body: stream,
    size: file.size,
    contentType: (isNew ? headers.get("content-type") : null) ?? file.contentType,
    sha256: source.sha256,
    headers: isNew ? keptHeaders(headers) : source.headers,
    metadata: isNew ? objectMetadataIn(headers) : source.metadata,
    condition: writeCondition(headers),
    etag: md5,
  });
  return answerXml(request, "CopyObjectResult", [
    element("LastModified", new Date(ctx.now).toISOString()),
    element("ETag", `"${etag}"`),
  ]);
};
