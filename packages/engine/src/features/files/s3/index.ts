/** What the protocol S3 needs of files: access keys, and files as objects. */
export { CHECKSUM_BYTES, S3_CHECKSUMS, type S3Checksum, s3Digest } from "./digests.ts";
export type { S3Grant } from "./grant.ts";
export {
  admitS3Caller,
  createS3Key,
  createS3KeySchema,
  findS3Caller,
  listS3Keys,
  revokeS3Key,
  type S3Caller,
  type S3Key,
} from "./keys.ts";
export { type ListedObject, listObjects, type ObjectPage, type ObjectQuery } from "./list-objects.ts";
export {
  createS3Bucket,
  deleteObject,
  deleteObjects,
  deleteS3Bucket,
  hasBucket,
  listS3Buckets,
  type ObjectHeaders,
  type ObjectPrecondition,
  type OpenedObject,
  openObject,
  putObject,
  requireS3Bucket,
} from "./objects.ts";
export {
  abortObjectUpload,
  beginObjectUpload,
  type ChosenObjectPart,
  completeObjectUpload,
  listObjectParts,
  listObjectUploads,
  MOST_PARTS,
  storeObjectPart,
  type UploadAddress,
} from "./uploads.ts";
