import { PlinthError, type Row } from "@plinth/core";

/** On the file that is at the path: none, any, or one with one of these contents. */
export type FilePrecondition =
  | { readonly absent: true }
  | { readonly present: true }
  | { readonly contents: readonly string[] };

/** Throws `PRECONDITION_FAILED`. */
export function requirePrecondition(condition: FilePrecondition | undefined, file: Row | undefined): void {
  if (condition === undefined || holds(condition, file)) return;
  const message = file ? "There is another file at this path." : "There is no file at this path.";
  throw new PlinthError("PRECONDITION_FAILED", message);
}

function holds(condition: FilePrecondition, file: Row | undefined): boolean {
  if ("absent" in condition) return !file;
  if ("present" in condition) return file !== undefined;
  return file !== undefined && condition.contents.includes(file.content as string);
}
