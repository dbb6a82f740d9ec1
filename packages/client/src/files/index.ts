/**
 * Files: buckets, uploads and downloads, folders.
 *
 * @module
 */
export type { BucketFiles } from "./bucket-interface.ts";
export type { Buckets } from "./buckets.ts";
export { type Files, type FilesOptions, files } from "./files.ts";
export type { S3Keys } from "./s3-keys.ts";
export type {
  Bucket,
  BucketPatch,
  DirectOptions,
  FetchOptions,
  FileChangeOptions,
  FileContent,
  FileDownload,
  FileEntry,
  FileFacts,
  FileItem,
  FileUrlOptions,
  FileVersion,
  FolderEntry,
  FolderOptions,
  GetOptions,
  ImageParameters,
  ImageUrlOptions,
  NewBucket,
  NewS3Key,
  PutOptions,
  S3Key,
  S3KeyWithSecret,
  SentBytes,
  SignedFileUrl,
  SignOptions,
  UploadOptions,
} from "./types.ts";
