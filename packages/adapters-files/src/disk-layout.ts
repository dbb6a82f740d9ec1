import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { filePath } from "./disk-paths.ts";

/** The folders of a store. All are on one file system, so that a rename moves a file at once. */
export interface DiskLayout {
  readonly files: string;
  /** What is being written or removed. */
  readonly drafts: string;
  readonly uploads: string;
  readonly locks: string;
  fileOf(key: string): string;
  /** A name in `drafts` that nobody else uses. It begins with its time: a copy of an old file looks old itself. */
  newDraft(): string;
  lockOf(key: string): string;
}

export function diskLayout(folder: string): DiskLayout {
  const root = resolve(folder);
  const [files, drafts] = [join(root, "files"), join(root, "drafts")];
  const [uploads, locks] = [join(root, "uploads"), join(root, "locks")];
  return {
    files,
    drafts,
    uploads,
    locks,
    fileOf: (key) => filePath(files, key),
    newDraft: () => join(drafts, `${Date.now()}.${crypto.randomUUID()}`),
    lockOf: (key) => join(locks, createHash("sha256").update(key).digest("hex")),
  };
}
