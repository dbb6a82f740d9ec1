import { asciiJson } from "@plinth/core";
import { isStream } from "../request.ts";
import type { FetchOptions, FileContent, PutOptions } from "./types.ts";

/** The headers of a file that is stored. */
export function headersOf(content: FileContent, options: PutOptions): Record<string, string> {
  const { metadata, sha256 } = options;
  const contentType =
    options.contentType ?? (content instanceof Blob && content.type !== "" ? content.type : undefined);
  return {
    // A text has a type of its own otherwise, and what is in it does not show another.
    "content-type": contentType ?? (typeof content === "string" ? "text/plain" : "application/octet-stream"),
    ...conditionHeaders(options),
    ...(sha256 !== undefined && { "x-file-sha256": sha256 }),
    ...(metadata !== undefined && { "x-file-metadata": asciiJson(metadata) }),
  };
}

/** The state in which the file at the path has to be. */
export function conditionHeaders({ ifAbsent, ifMatch }: FetchOptions): Record<string, string> {
  return { ...(ifAbsent && { "if-none-match": "*" }), ...(ifMatch !== undefined && { "if-match": ifMatch }) };
}

/**
 * Whether the same request has the same effect when it is sent again. A stream is used up; and a file that must be new, or must be as it was, is
 * neither any more where the first request has been done without an answer.
 */
export function canRepeat(content: FileContent, { ifAbsent, ifMatch }: FetchOptions): boolean {
  return !isStream(content) && !ifAbsent && ifMatch === undefined;
}
