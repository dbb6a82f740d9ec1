import { FileStoreError, type FileStoreErrorKind } from "@plinth/core";

const KINDS: Readonly<Record<string, FileStoreErrorKind>> = {
  ENOSPC: "full",
  EDQUOT: "full",
  EFBIG: "full",
  EACCES: "forbidden",
  EPERM: "forbidden",
  EROFS: "forbidden",
  // Where the store expects a folder of its own: somebody has removed it.
  ENOENT: "unavailable",
  EMFILE: "unavailable",
  ENFILE: "unavailable",
  EBUSY: "unavailable",
  ESTALE: "unavailable",
  EIO: "unavailable",
  ENAMETOOLONG: "invalid",
};

/** What the file system says, in the terms of all stores. Around its calls alone: a body may fail with such errors of its own. */
export async function disk<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const code = codeOf(error) ?? "";
    throw new FileStoreError(KINDS[code] ?? "unknown", `the file system answered ${code || "an error"}`, {
      cause: error,
    });
  }
}

/** `other` where the path is not there. */
export async function unlessMissing<T, U>(work: Promise<T>, other: U): Promise<T | U> {
  try {
    return await work;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return other;
    throw error;
  }
}

export function codeOf(error: unknown): string | undefined {
  return (error as { code?: string }).code;
}
