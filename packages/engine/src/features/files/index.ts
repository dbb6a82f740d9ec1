import type { Feature } from "../../kernel/feature.ts";
import { functionFiles } from "./function-files.ts";
import { addImageFields } from "./images/index.ts";
import { filesMigrations } from "./migrations.ts";
import { s3Contents, s3Keys } from "./s3/tables.ts";
import { contentScans } from "./scan/tables.ts";
import { SCANNER_SCHEDULE, scanWaiting, stopScanning } from "./scanner/index.ts";
import { unacceptedContents } from "./scanner/tables.ts";
import { fileShares, storedContents } from "./shares/tables.ts";
import { urlRevocations } from "./signed/index.ts";
import { removeLoose, removePurged } from "./sweep.ts";
import { buckets, fileUsage, loose, owners } from "./tables.ts";
import { markUnused } from "./unused/index.ts";
import { fileUploadParts, fileUploads, removeEndedUploads } from "./uploads/index.ts";

export { type ArchivedFile, openFolderArchive } from "./archive/index.ts";
export { createBucketSchema, updateBucketSchema } from "./bucket-schema.ts";
export {
  createBucket,
  type FileBucket,
  getBucket,
  listBuckets,
  removeBucket,
  updateBucket,
} from "./buckets.ts";
export { type CheckedFile, checkFilesSchema, checkStoredFiles, type FileCheck } from "./check-files.ts";
export { deleteFile, deleteFolder } from "./delete-file.ts";
export {
  abortDirectUpload,
  beginDirectSchema,
  beginDirectUpload,
  completeDirectSchema,
  completeDirectUpload,
  type DirectPart,
  type DirectPartInput,
  type DirectUpload,
  findDirectUpload,
  storeDirectPart,
} from "./direct/index.ts";
export type { FileLocation } from "./file-items.ts";
export { type FolderEntry, type FolderQuery, listFolder } from "./folders.ts";
export { fetchFile, fetchFileSchema } from "./from-url/index.ts";
export { type ImageEdit, imageEditSchema } from "./image-presets.ts";
export { type ImageInput, openImage } from "./images/index.ts";
export { moveFiles, moveFilesSchema } from "./move-files.ts";
export type { FilePrecondition } from "./precondition.ts";
export { type FileBytes, type OpenedBytes, type OpenedFile, openStoredFile, type StoreAnswer } from "./read-file.ts";
export { hasStoredFiles } from "./repository.ts";
export { openForScanner, SCAN } from "./scanner/index.ts";
export {
  openSignedFile,
  type RevokedUrls,
  revokeUrls,
  revokeUrlsSchema,
  SIGNATURE,
  type SignedUrl,
  signFile,
  signFileSchema,
} from "./signed/index.ts";
export type { UploadBody } from "./stage.ts";
export {
  type AppendedUpload,
  abortUpload,
  appendToUpload,
  type BodyDigest,
  beginUpload,
  bodyDigest,
  CHECKSUMS,
  completeUpload,
  concatUploads,
  continueUpload,
  findUpload,
  isChecksum,
  listParts,
  maxUploadBytes,
  type PendingUpload,
  type StoredPart,
  storePart,
  UPLOAD_PIECE,
  type UploadInput,
} from "./uploads/index.ts";
export {
  deleteVersion,
  type FileVersion,
  listVersions,
  openVersion,
  type RestoredFile,
  restoreFile,
  restoreFileSchema,
} from "./versions/index.ts";
export { type FileInput, putFile, requireUploads, type StoredUpload } from "./write-file.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Stored files: buckets, and the bytes of what the collection `files` lists. */
export const files: Feature = {
  name: "files",
  tables: [
    buckets,
    fileUsage,
    loose,
    owners,
    fileShares,
    storedContents,
    fileUploads,
    fileUploadParts,
    urlRevocations,
    s3Keys,
    s3Contents,
    contentScans,
    unacceptedContents,
  ],
  migrations: filesMigrations,
  functionFiles,
  schedules: [
    { name: "files-unused", everyMs: 5 * MINUTE_MS, run: markUnused },
    { name: "files-uploads", everyMs: 10 * MINUTE_MS, run: removeEndedUploads },
    { name: "files", everyMs: 10 * MINUTE_MS, run: removeLoose },
    { name: "files-purged", everyMs: 10 * MINUTE_MS, run: removePurged },
    { name: SCANNER_SCHEDULE, everyMs: MINUTE_MS / 2, run: scanWaiting, stop: stopScanning },
    { name: "files-images", everyMs: HOUR_MS, run: addImageFields },
  ],
};
