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
  const most = maxBucketsIn(query.get("max-buckets"));
  const after = query.get("continuation-token") ?? "";
  const found = await listS3Buckets(ctx, grant);
  const later = found.filter(({ name }) => name.startsWith(prefix) && name > after);
  const shown = later.slice(0, most);
  const listed = shown.map(({ name, created_at: made }) =>
    element("Bucket", [element("Name", name), element("CreationDate", made), element("BucketRegion", REGION)]),
  );
  return answerXml(request, "ListAllMyBucketsResult", [
    ownerElement("Owner", ctx.principal.workspaceId),
    element("Buckets", listed),
    element("Prefix", query.get("prefix")),
    element("ContinuationToken", later.length > shown.length ? shown.at(-1)!.name : undefined),
  ]);
};

const MOST_BUCKETS = 10_000;

function maxBucketsIn(text: string | undefined): number {
  if (text === undefined) return MOST_BUCKETS;
  const most = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (most >= 1 && most <= MOST_BUCKETS) return most;
  const message = `Argument max-buckets must be an integer between 1 and ${MOST_BUCKETS}.`;
  throw new S3Error("InvalidArgument", message, { ArgumentName: "max-buckets", ArgumentValue: text });
}

export const headBucket: Operation = async (request) => {
  const { ctx, grant, bucket } = request;
  await requireS3Bucket(ctx, grant, bucket);
  return answerEmpty(request, 200, { "x-amz-bucket-region": REGION, "x-amz-bucket-arn": `arn:aws:s3:::${bucket}` });
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
  return answerEmpty(request, 200, { location: `/${bucket}`, "x-amz-bucket-arn": `arn:aws:s3:::${bucket}` });
};

export const dropBucket: Operation = async (request) => {
  const { ctx, grant, bucket } = request;
  try {
    await deleteS3Bucket(ctx, grant, bucket);
  } catch (error) {
    if (!(error instanceof PlinthError && error.code === "CONFLICT")) throw error;
    const more = error.details?.field === "versions" ? " You must delete all versions in the bucket." : "";
    throw new S3Error("BucketNotEmpty", `The bucket you tried to delete is not empty.${more}`);
  }
  return answerEmpty(request, 204);
};
