/** What every `FileStore` must do. The cases need no more of the store than keys that begin with `case-`. */
import { type Case, registerCases, type Test, withSkips } from "./case.ts";
import { conditionCases } from "./files/conditions.ts";
import { listCases } from "./files/lists.ts";
import { presignedCases } from "./files/presigned.ts";
import type { OpenStore } from "./files/store-case.ts";
import { uploadCases } from "./files/uploads.ts";
import { wholeFileCases } from "./files/whole-files.ts";

export interface FileStoreOptions {
  open: OpenStore;
  /** Names of cases that do not apply, with the reason. */
  skip?: Readonly<Record<string, string>>;
}

export interface FileStoreSuiteOptions extends FileStoreOptions {
  test: Test;
}

export function fileStoreSuite({ test, ...options }: FileStoreSuiteOptions): void {
  registerCases(test, fileStoreCases(options));
}

export function fileStoreCases({ open, skip }: FileStoreOptions): Case[] {
  const cases = [
    ...wholeFileCases(open),
    ...conditionCases(open),
    ...listCases(open),
    ...uploadCases(open),
    ...presignedCases(open),
  ];
  return withSkips(cases, skip);
}
