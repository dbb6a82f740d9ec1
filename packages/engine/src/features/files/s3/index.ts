/** What the protocol S3 needs of files: access keys, and files as objects. */
export {
  type ChecksumForm,
  type ChecksumType,
  checksumTypesOf,
  DEFAULT_CHECKSUM,
  type ObjectChecksum,
  type ObjectPart,
} from "./checksum.ts";
export { deleteObjectVersions } from "./delete-named-versions.ts";
export { type DeletedObject, deleteObject, deleteObjects } from "./delete-objects.ts";
export { deleteObjectVersion } from "./delete-versions.ts";
export { deletionIn, deletionOf, requireVersionId } from "./deletions.ts";
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
export { listObjectUploads } from "./list-uploads.ts";
export { type ListedVersion, listObjectVersions, type VersionsPage } from "./list-versions.ts";
export { type ObjectPrecondition, type OpenedObject, openObject, putObject, type VersionAddress } from "./objects.ts";
export {
  createS3Bucket,
  deleteS3Bucket,
  hasBucket,
  keepS3Versions,
  listS3Buckets,
  requireS3Bucket,
} from "./s3-buckets.ts";
export type { ObjectFacts, ObjectHeaders, ObjectTags } from "./stored-facts.ts";
export { readObjectTags, type TaggedObject, writeObjectTags } from "./tags.ts";
export {
  abortObjectUpload,
  beginObjectUpload,
  type ChosenObjectPart,
  completeObjectUpload,
  listObjectParts,
  MOST_PARTS,
  type PartProblem,
  readObjectUpload,
  storeObjectPart,
  type UploadAddress,
  type UploadNote,
} from "./uploads.ts";
