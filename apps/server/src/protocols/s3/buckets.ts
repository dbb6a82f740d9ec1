import { PlinthError } from "@plinth/core";
import { createS3Bucket, deleteS3Bucket, listS3Buckets, requireS3Bucket } from "@plinth/engine";
import { S3Error } from "./errors.ts";
import { requireOffered } from "./offered.ts";
import { answerEmpty, answerXml, type Operation, REGION } from "./operation.ts";
import { element, type Xml } from "./xml.ts";

/** Every object is the workspace's. */
export const ownerElement = (name: string, id: string): Xml =>
  element(name, [element("ID", id), element("DisplayName", id)]);

export const listAllBuckets: Operation = async (request) => {
  const { ctx, grant, query } = request;
  const prefix = query.get("prefix") ?? "";
  const buckets = (await listS3Buckets(ctx, grant)).filter(({ name }) => name.startsWith(prefix));
  const listed = buckets.map(({ name, created_at: made }) =>
    element("Bucket", [element("Name", name), element("CreationDate", made), element("BucketRegion", REGION)]),
  );
  return answerXml(request, "ListAllMyBucketsResult", [
    ownerElement("Owner", ctx.principal.workspaceId),
    element("Buckets", listed),
  ]);
};

export const headBucket: Operation = async (request) => {
  const { ctx, grant, bucket } = request;
  await requireS3Bucket(ctx, grant, bucket);
  return answerEmpty(request, 200, { "x-amz-bucket-region": REGION });
};

/** Empty, as it is for the region `us-east-1`. */
export const bucketLocation: Operation = async (request) => {
  const { ctx, grant, bucket } = request;
  await requireS3Bucket(ctx, grant, bucket);
  return answerXml(request, "LocationConstraint", []);
};

export const makeBucket: Operation = async (request) => {
  const { ctx, grant, bucket, headers } = request;
  requireOffered(headers);
  try {
    await createS3Bucket(ctx, grant, bucket);
  } catch (error) {
    if (!(error instanceof PlinthError)) throw error;
    if (error.code === "CONFLICT") throw new S3Error("BucketAlreadyOwnedByYou", error.message);
    if (error.code === "VALIDATION") throw new S3Error("InvalidBucketName", error.message);
    throw error;
  }
  return answerEmpty(request, 200, { location: `/${bucket}` });
};

export const dropBucket: Operation = async (request) => {
  const { ctx, grant, bucket } = request;
  try {
    await deleteS3Bucket(ctx, grant, bucket);
  } catch (error) {
    if (error instanceof PlinthError && error.code === "CONFLICT") throw new S3Error("BucketNotEmpty", error.message);
    throw error;
  }
  return answerEmpty(request, 204);
};
