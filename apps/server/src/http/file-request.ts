import { excerpt, fromBase64, invalid, type Json, type JsonObject, PlinthError, toHex } from "@plinth/core";
import type { FileLocation, FilePrecondition, UploadBody } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../context.ts";
import { inTime, steadyBody } from "./body-timeout.ts";
import { tagsOf } from "./preconditions.ts";

/** What the address and the headers of a request say of a file. */

/** A path is UTF-8, each byte of its other characters as `%` and two digits. */
export function fileLocationIn(c: Context<AppEnv>): FileLocation {
  const { pathname } = new URL(c.req.raw.url);
  try {
    decodeURIComponent(pathname);
  } catch {
    throw invalid("path", "must be encoded as UTF-8, and % itself as %25");
  }
  return { bucket: c.req.param("bucket")!, path: c.req.param("path")! };
}

/** The state in which the file at the path has to be. */
export function filePreconditionIn({ headers }: Request): FilePrecondition | undefined {
  const none = headers.get("if-none-match");
  const match = headers.get("if-match");
  if (none !== null && match !== null) throw invalid("if-match", "cannot be beside If-None-Match");
  if (none !== null) {
    if (none.trim() !== "*") throw invalid("if-none-match", "of a write must be *");
    return { absent: true };
  }
  if (match === null) return undefined;
  if (match.trim() === "*") return { present: true };
  const strong = tagsOf(match, "if-match").filter(({ weak }) => !weak);
  return { contents: strong.map(({ tag }) => tag) };
}

/** Bodies of an announced length up to here come into memory as a whole, as those of JSON do: streams cost more than their bytes. */
const SMALL_BYTES = 16 * 1024;

/** The body of an upload. */
export function uploadBody(c: Context<AppEnv>): UploadBody {
  const size = contentLengthOf(c.req.raw);
  return size !== undefined && size > 0 && size <= SMALL_BYTES ? () => smallBody(c) : streamedBody(c);
}

async function smallBody(c: Context<AppEnv>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await inTime(c.req.raw.arrayBuffer(), c.env.platform.config.bodyTimeoutMs));
}

/** The body is not kept in memory; it may take any time in which bytes arrive. */
export function streamedBody(c: Context<AppEnv>): ReadableStream<Uint8Array> {
  const { body } = c.req.raw;
  if (!body) return new Blob([]).stream() as ReadableStream<Uint8Array>;
  return steadyBody(body, c.env.platform.config.bodyTimeoutMs);
}

/** Bytes that the request says it sends. */
export function contentLengthOf({ headers }: Request): number | undefined {
  const text = headers.get("content-length");
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** The bytes are stored as they come, so they must come as they are. */
export function requireUnencodedBody({ headers }: Request): void {
  const encoding = headers.get("content-encoding") ?? "identity";
  if (encoding.toLowerCase() === "identity") return;
  const message = `content-encoding: ${excerpt(encoding)} is not supported; send the file as it is.`;
  throw new PlinthError("UNSUPPORTED_MEDIA_TYPE", message, { field: "content-encoding" });
}

const HEX = /^[0-9a-f]{64}$/i;
/** https://www.rfc-editor.org/rfc/rfc9530: a dictionary of algorithms; others than SHA-256 are passed over. */
const SHA_256 = /^sha-256=:([A-Za-z0-9+/]{43}=):$/;
const DIGESTS = ["repr-digest", "content-digest"] as const;

/** The SHA-256 that the body must have, in hexadecimal. */
export function sha256In({ headers }: Request): string | undefined {
  const hex = headers.get("x-file-sha256");
  if (hex !== null) {
    if (!HEX.test(hex)) throw invalid("x-file-sha256", "must be 64 hexadecimal digits");
    return hex.toLowerCase();
  }
  for (const name of DIGESTS) {
    for (const one of headers.get(name)?.split(",") ?? []) {
      const found = SHA_256.exec(one.trim())?.[1];
      if (found !== undefined) return toHex(fromBase64(found));
    }
  }
  return undefined;
}

const METADATA = "x-file-metadata";

/** JSON in ASCII. */
export function metadataIn({ headers }: Request): JsonObject | undefined {
  const text = headers.get(METADATA);
  return text === null ? undefined : metadataOf(text, METADATA);
}

export function metadataOf(text: string, field: string): JsonObject {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    throw invalid(field, "must be a JSON object");
  }
  if (value === null || typeof value !== "object" || Array.isArray(value))
    throw invalid(field, "must be a JSON object");
  return value;
}
