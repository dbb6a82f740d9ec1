import { FileStoreError, type FileStoreErrorKind } from "@plinth/core";

/** https://developers.cloudflare.com/r2/api/error-codes/ */
const KINDS: Readonly<Record<string, FileStoreErrorKind>> = {
  10001: "unavailable",
  10007: "not_found",
  10011: "invalid_part",
  10024: "not_found",
  10025: "invalid_part",
  10031: "precondition_failed",
  10039: "out_of_range",
  10043: "unavailable",
  10048: "invalid_part",
  10054: "unavailable",
  10058: "unavailable",
  100100: "too_large",
};

/** What the binding says, in the terms of all stores. */
export async function bound<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw mapR2Error(error);
  }
}

/** The binding puts the code at the end of its message: `put: … (10001)`. */
export function mapR2Error(error: unknown): FileStoreError {
  const code = /\((\d{5,6})\)$/.exec((error as { message?: string }).message ?? "")?.[1] ?? "";
  return new FileStoreError(KINDS[code] ?? "unavailable", `R2 answered ${code || "an error"}`, { cause: error });
}
