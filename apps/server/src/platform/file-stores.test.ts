import { expect, test } from "bun:test";
import type { R2BucketLike } from "@plinth/adapters-cloudflare";
import type { FilePlace } from "../config-files.ts";
import { openFileStore } from "./file-stores.ts";

const BOUND = {} as R2BucketLike;
const S3: FilePlace = {
  kind: "s3",
  bucket: "files",
  region: "eu-central-1",
  endpoint: undefined,
  accessKeyId: "AKIATEST",
  secretAccessKey: "s3cr3t",
  forcePathStyle: false,
};

test.each([
  [S3, undefined, "s3"],
  [S3, BOUND, "s3"],
  [{ kind: "folder", folder: ".data/files" } as const, undefined, "disk"],
  [undefined, BOUND, "r2"],
  [undefined, undefined, undefined],
])("the store is what the settings name, else the host's bucket: %#", async (place, bound, name) => {
  expect((await openFileStore(place, bound))?.name).toBe(name);
});
