import type { Client } from "../client.ts";
import { type PartOptions, partRequester } from "../part-requester.ts";
import { bucketFilesOf } from "./bucket-files.ts";
import type { BucketFiles } from "./bucket-interface.ts";
import { type Buckets, bucketsOf } from "./buckets.ts";
import { type S3Keys, s3KeysOf } from "./s3-keys.ts";

/** The files of a workspace. */
export interface Files {
  /** The files of one bucket. */
  bucket(name: string): BucketFiles;
  /** The buckets themselves, for administrators. */
  readonly buckets: Buckets;
  /** The access keys of clients of S3, for administrators. */
  readonly s3Keys: S3Keys;
}

/** As of `createClient`. Uploads and downloads have no time limit unless one is given. */
export type FilesOptions = PartOptions;

/**
 * The files of the client's workspace, with the credentials of the client.
 *
 * @example
 * const storage = files(client);
 * await storage.bucket("photos").put("2026/cat.png", file);
 */
export function files(client: Pick<Client, "url" | "workspace" | "request">, options: FilesOptions = {}): Files {
  const request = partRequester(client, options, "files");
  return {
    bucket: (name) => bucketFilesOf(client, request, name),
    buckets: bucketsOf(request),
    s3Keys: s3KeysOf(request),
  };
}
