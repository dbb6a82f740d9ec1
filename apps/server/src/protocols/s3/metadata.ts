import type { Json, JsonObject } from "@plinth/core";
import type { ObjectHeaders } from "@plinth/engine";
import { S3Error } from "./errors.ts";

const META = "x-amz-meta-";
/** Of all names and values together: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
const MAX_METADATA_BYTES = 2048;
const MAX_HEADER = 1024;
const KEPT = ["cache-control", "content-disposition", "content-encoding", "content-language", "expires"] as const;
const NAME = /^[a-z0-9!#$%&'*+.^_`|~-]{1,1024}$/;
const encoder = new TextEncoder();

/** `x-amz-meta-…` as the metadata of a file. */
export function objectMetadataIn(headers: Headers): JsonObject {
  const metadata: Record<string, Json> = {};
  let bytes = 0;
  for (const [name, value] of headers) {
    if (!name.startsWith(META)) continue;
    metadata[name.slice(META.length)] = value;
    bytes += encoder.encode(name.slice(META.length) + value).length;
  }
  if (bytes > MAX_METADATA_BYTES)
    throw new S3Error("MetadataTooLarge", `The metadata of an object may take ${MAX_METADATA_BYTES} bytes.`);
  return metadata;
}

/** The other way round. What cannot stand in a header is left out: others may have set it by another way. */
export function metadataHeaders(metadata: JsonObject): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(metadata)) {
    if (typeof value === "string" && NAME.test(name.toLowerCase()))
      headers[META + name.toLowerCase()] = headerText(value);
  }
  return headers;
}

/** Other characters than ASCII as RFC 2047 has them, which is how S3 sends them. */
function headerText(value: string): string {
  if (/^[\x20-\x7e]*$/.test(value)) return value;
  return `=?UTF-8?B?${btoa(String.fromCharCode(...encoder.encode(value)))}?=`;
}

/** Headers that the object has from now on. */
export function keptHeaders(headers: Headers): ObjectHeaders {
  const kept: Record<string, string> = {};
  for (const name of KEPT) {
    const value = name === "content-encoding" ? encodingIn(headers) : headers.get(name);
    if (!value) continue;
    if (value.length > MAX_HEADER) throw new S3Error("InvalidArgument", `${name} may have ${MAX_HEADER} characters.`);
    kept[name] = value;
  }
  return kept;
}

/** `aws-chunked` is about the request alone. */
function encodingIn(headers: Headers): string {
  const names = headers.get("content-encoding")?.split(",") ?? [];
  return names.flatMap((one) => (one.trim() === "aws-chunked" ? [] : one.trim() || [])).join(",");
}
