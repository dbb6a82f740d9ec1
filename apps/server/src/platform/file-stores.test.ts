import { expect, test } from "bun:test";
import { memoryFileStore } from "@plinth/adapters-memory";
import type { FilePlace } from "@plinth/core";
import { openFiles } from "./file-stores.ts";
import { openFolder } from "./server/disk-files.ts";

const bound = async () => memoryFileStore();
const stores = { folder: openFolder, bound };
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
  [S3, {}, "s3"],
  [S3, stores, "s3"],
  [{ kind: "folder", folder: ".data/files" } as const, stores, "disk"],
  [undefined, stores, "memory"],
  [undefined, {}, undefined],
])("the store is what the settings name, else the host's own: %#", async (place, has, name) => {
  const { files } = openFiles(place ? { files: place } : {}, has);
  expect((await files?.(async () => false))?.name).toBe(name);
});
