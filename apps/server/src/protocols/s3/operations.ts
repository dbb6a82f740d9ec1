import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { withContext } from "../../http/stages.ts";
import { objectAddressOf } from "./address.ts";
import { answerAttributes } from "./attributes.ts";
import { authenticate } from "./authenticate.ts";
import { bucketLocation, dropBucket, headBucket, listAllBuckets, makeBucket } from "./buckets.ts";
import { completeMultipart } from "./complete-multipart.ts";
import { COPY_SOURCE, copyObject } from "./copy-object.ts";
import { removeObjects } from "./delete-objects.ts";
import { notImplemented, S3Error } from "./errors.ts";
import { answerParts, answerUploads } from "./list-uploads.ts";
import { listObjectsV1, listObjectsV2 } from "./lists.ts";
import { abortMultipart, createMultipart, uploadPart, uploadPartCopy } from "./multipart.ts";
import { removeObject, writeObject } from "./objects.ts";
import type { ObjectRequest, Operation } from "./operation.ts";
import { readObject } from "./read-object.ts";
import { readTags, removeTags, writeTags } from "./tags.ts";
import { answerVersions, bucketVersioning, setBucketVersioning } from "./versions.ts";

/** Parameters that make another operation of a request, whatever their value. */
const SUBRESOURCES = (
  "accelerate acl analytics append attributes cors delete encryption intelligent-tiering inventory legal-hold lifecycle location " +
  "logging metadataConfiguration metadataTable metrics notification object-lock ownershipControls policy policyStatus " +
  "publicAccessBlock renameObject replication requestPayment restore retention select session tagging torrent uploadId uploads " +
  "partNumber versioning versions website"
).split(" ");

const OPERATIONS: Readonly<Record<string, Operation>> = {
  "GET service": listAllBuckets,
  "GET bucket": (request) => (request.query.get("list-type") === "2" ? listObjectsV2 : listObjectsV1)(request),
  "GET bucket location": bucketLocation,
  "GET bucket versioning": bucketVersioning,
  "PUT bucket versioning": setBucketVersioning,
  "GET bucket versions": answerVersions,
  "HEAD bucket": headBucket,
  "PUT bucket": makeBucket,
  "DELETE bucket": dropBucket,
  "POST bucket delete": removeObjects,
  "GET bucket uploads": answerUploads,
  "POST object uploads": createMultipart,
  "PUT object uploadId": (request) => (request.headers.has(COPY_SOURCE) ? uploadPartCopy : uploadPart)(request),
  "POST object uploadId": completeMultipart,
  "DELETE object uploadId": abortMultipart,
  "GET object uploadId": answerParts,
  "GET object": readObject,
  "HEAD object": readObject,
  "GET object partNumber": readObject,
  "HEAD object partNumber": readObject,
  "GET object attributes": answerAttributes,
  "GET object tagging": readTags,
  "PUT object tagging": writeTags,
  "DELETE object tagging": removeTags,
  "PUT object": (request) => (request.headers.has(COPY_SOURCE) ? copyObject : writeObject)(request),
  "DELETE object": removeObject,
};

/** By these, a client makes sure that it means the right bucket. The owner of all is the workspace. */
const OWNERS = ["x-amz-expected-bucket-owner", "x-amz-source-expected-bucket-owner"] as const;

/** Answers a request of S3: first who signed it, then what it asks for. */
export async function answerS3(c: Context<AppEnv>): Promise<Response> {
  const { method, url, headers } = c.req.raw;
  const address = objectAddressOf(url);
  const signed = await authenticate(c, address);
  const { bucket, key, query } = address;
  const kind = bucket === "" ? "service" : key === "" ? "bucket" : "object";
  const subresource = SUBRESOURCES.find((name) => query.has(name));
  const name = [method, kind, ...(subresource === undefined ? [] : [subresource])].join(" ");
  const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
  if (!operation)
    throw notImplemented(subresource === undefined ? `${method} of a ${kind}` : `${method} ?${subresource}`);
  for (const header of OWNERS) {
    const owner = headers.get(header);
    if (owner !== null && owner !== c.env.principal.workspaceId) throw new S3Error("AccessDenied", "Access Denied.");
  }
  const requestOf = (): ObjectRequest => ({
    c,
    ctx: c.env.ctx,
    grant: signed.grant,
    bucket,
    key,
    query,
    headers,
    signed,
  });
  const answered = await withContext(() => operation(requestOf()))(c);
  answered.headers.set("x-amz-request-id", c.env.id);
  return answered;
}
