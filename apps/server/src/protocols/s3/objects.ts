import { invalid, PlinthError } from "@plinth/core";
import {
  deleteObject,
  type ObjectHeaders,
  type OpenedObject,
  openObject,
  putObject,
  requireS3Bucket,
} from "@plinth/engine";
import { contentDisposition, dispositionOf, sentType } from "../../http/content-disposition.ts";
import { answerStoredFile } from "../../http/file-answer.ts";
import { checksumHeader } from "./checksums.ts";
import { tagsIn, writeCondition } from "./conditions.ts";
import { S3Error } from "./errors.ts";
import { keptHeaders, metadataHeaders, objectMetadataIn } from "./metadata.ts";
import { requireOffered } from "./offered.ts";
import { answerEmpty, type ObjectRequest, type Operation } from "./operation.ts";
import { base64, otherHash, payloadOf } from "./payload.ts";

/** `GET` and `HEAD`. */
export const readObject: Operation = async (request) => {
  const { c, ctx, grant, bucket, key, headers, query } = request;
  const object = await openObject(ctx, grant, { bucket, path: key }).catch(notThere);
  c.req.raw = withQuotedTags(c.req.raw);
  const response = await answerStoredFile(c, { ...object.file, content: object.etag }, undefined);
  if (response.status > 304) return response;
  const own = { ...metadataHeaders(object.metadata), ...shownHeaders(object, query) };
  for (const [name, value] of Object.entries(own)) response.headers.set(name, value);
  if (headers.get("x-amz-checksum-mode")?.toUpperCase() === "ENABLED" && response.status === 200) {
    response.headers.set(checksumHeader("sha256"), base64(bytesOfHex(object.sha256)));
    response.headers.set("x-amz-checksum-type", "FULL_OBJECT");
  }
  return response;
};

/** S3 takes tags without quotes too. */
function withQuotedTags(request: Request): Request {
  const names = ["if-match", "if-none-match"].filter((name) => request.headers.has(name));
  if (names.length === 0) return request;
  const headers = new Headers(request.headers);
  for (const name of names) {
    const value = headers.get(name)?.trim();
    if (value && value !== "*")
      headers.set(
        name,
        tagsIn(value)
          .map((tag) => `"${tag}"`)
          .join(", "),
      );
  }
  return new Request(request.url, { method: request.method, headers });
}

/** No key of this endpoint is like that, so there is no object. */
function notThere(error: unknown): never {
  if (error instanceof PlinthError && error.code === "VALIDATION") throw new S3Error("NoSuchKey", error.message);
  throw error;
}

const OVERRIDES = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-type",
  "expires",
];

/** The headers that the object has, or that the request asks for. Nothing that a browser could run is shown in it. */
function shownHeaders({ file, headers }: OpenedObject, query: ReadonlyMap<string, string>): ObjectHeaders {
  const shown: Record<string, string> = { ...headers };
  for (const name of OVERRIDES) {
    const value = query.get(`response-${name}`);
    if (value === undefined || !/^[\x20-\x7e]{0,1024}$/.test(value)) continue;
    shown[name] = name === "content-type" ? shownType(value) : value;
  }
  const types = [file.contentType, shown["content-type"] ?? file.contentType];
  const isRunnable = types.some((type) => dispositionOf(type.split(";", 1)[0]!.trim(), undefined) === "attachment");
  if (isRunnable && !/^attachment\b/i.test(shown["content-disposition"] ?? ""))
    shown["content-disposition"] = contentDisposition("attachment", file.name);
  return shown;
}

/** A script of another page must not load an object as its own, whatever the URL calls it. */
function shownType(value: string): string {
  const type = value.split(";", 1)[0]!.trim().toLowerCase();
  const isScript = type !== "text/plain" && sentType(type).startsWith("text/plain");
  return isScript ? sentType(type) : value;
}

function bytesOfHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export const writeObject: Operation = async (request) => {
  const { c, ctx, grant, bucket, headers, signed } = request;
  requireOffered(headers);
  const path = await writableKey(request);
  const payload = payloadOf(c, signed);
  const { etag } = await putObject(ctx, grant, {
    bucket,
    path,
    body: payload.stream,
    size: payload.size,
    contentType: headers.get("content-type") ?? undefined,
    sha256: payload.sha256,
    headers: keptHeaders(headers),
    metadata: objectMetadataIn(headers),
    condition: writeCondition(headers),
    etag: () => payload.facts().md5,
  }).catch(refuseHash);
  return answerEmpty(request, 200, { etag: `"${etag}"`, ...checksumsOf(payload.facts().checksums) });
};

export function checksumsOf(checksums: Readonly<Record<string, string>>): Record<string, string> {
  const sent = Object.entries(checksums).map(([name, value]) => [`x-amz-checksum-${name}`, value] as const);
  return sent.length === 0 ? {} : { ...Object.fromEntries(sent), "x-amz-checksum-type": "FULL_OBJECT" };
}

/** Of the body that was compared with its signed hash. */
function refuseHash(error: unknown): never {
  const isHash = error instanceof PlinthError && error.code === "VALIDATION" && error.details?.field === "sha256";
  throw isHash ? otherHash() : error;
}

const MAX_KEY_BYTES = 1024;

/** The key, if a file can have it as its path. */
export async function writableKey({ ctx, grant, bucket, key }: ObjectRequest): Promise<string> {
  if (new TextEncoder().encode(key).length > MAX_KEY_BYTES)
    throw new S3Error("KeyTooLongError", `A key may have ${MAX_KEY_BYTES} bytes in UTF-8.`);
  if (!key.endsWith("/")) return key;
  await requireS3Bucket(ctx, grant, bucket);
  const message = "must not end with /: a folder is there as long as it has files, and needs no object of its own";
  throw invalid("key", message);
}

export const removeObject: Operation = async (request) => {
  const { ctx, grant, bucket, key, headers } = request;
  const condition = writeCondition(headers);
  try {
    await deleteObject(ctx, grant, { bucket, path: key }, condition);
  } catch (error) {
    // A key that no object can have.
    if (!(error instanceof PlinthError && error.code === "VALIDATION")) throw error;
  }
  return answerEmpty(request, 204);
};
