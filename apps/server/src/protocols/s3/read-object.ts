import { PlinthError } from "@plinth/core";
import { type ObjectHeaders, type OpenedObject, openObject } from "@plinth/engine";
import { contentDisposition, dispositionOf, sentType } from "../../http/content-disposition.ts";
import { answerStoredFile } from "../../http/file-answer.ts";
import { checksumHeaders } from "./checksums.ts";
import { tagsIn } from "./conditions.ts";
import { S3Error } from "./errors.ts";
import { metadataHeaders } from "./metadata.ts";
import type { ObjectRequest, Operation } from "./operation.ts";
import { partNumberIn } from "./part-number.ts";
import { tagCount } from "./tags.ts";
import { versionAddress, versionHeaders } from "./versions.ts";

/** `GET` and `HEAD`. */
export const readObject: Operation = async (request) => {
  const { c, headers, query } = request;
  if (query.has("partNumber")) partNumberIn(query.get("partNumber"));
  const object = await openAddressed(request);
  const part = query.has("partNumber") ? partOf(object, request) : undefined;
  c.req.raw = rewritten(c.req.raw, object.file.size, part?.range);
  const response = await answerStoredFile(c, { ...object.file, content: object.etag }, undefined);
  if (response.status > 304) return response;
  const own: Record<string, string> = {
    ...metadataHeaders(object.metadata),
    ...shownHeaders(object, query),
    ...tagCount(object.tags),
    ...versionHeaders(object.version),
    ...part?.headers,
  };
  for (const [name, value] of Object.entries(own)) response.headers.set(name, value);
  const isWhole = response.status === 200 || part?.isWhole;
  if (headers.get("x-amz-checksum-mode")?.toUpperCase() === "ENABLED" && isWhole)
    for (const [name, value] of Object.entries(checksumHeaders(object.checksum))) response.headers.set(name, value);
  return response;
};

/** The object that the request names. */
export async function openAddressed(request: ObjectRequest): Promise<OpenedObject> {
  const { ctx, grant } = request;
  try {
    return await openObject(ctx, grant, versionAddress(request));
  } catch (error) {
    if (!(error instanceof PlinthError)) throw error;
    // No key of this endpoint is like that, so there is no object.
    if (error.code === "VALIDATION" && error.details?.field === "path") throw new S3Error("NoSuchKey", error.message);
    throw error;
  }
}

interface ReadPart {
  /** Undefined: it has no bytes. */
  readonly range: string | undefined;
  readonly isWhole: boolean;
  readonly headers: Record<string, string>;
}

/** The part of an object that came in parts; another object is its only part. */
function partOf({ parts, file: { size } }: OpenedObject, { headers, query }: ObjectRequest): ReadPart {
  if (headers.has("range"))
    throw new S3Error("InvalidRequest", "Cannot specify both Range header and partNumber query parameter");
  const number = partNumberIn(query.get("partNumber"));
  const all = parts ?? [{ size }];
  if (number > all.length) throw new S3Error("InvalidPartNumber", "The requested partnumber is not satisfiable.");
  const offset = all.slice(0, number - 1).reduce((sum, one) => sum + one.size, 0);
  const { size: length } = all[number - 1]!;
  return {
    range: length === 0 ? undefined : `bytes=${offset}-${offset + length - 1}`,
    isWhole: all.length === 1,
    headers: parts ? { "x-amz-mp-parts-count": String(parts.length) } : {},
  };
}

const LAST_BYTES = /^bytes=-0*[1-9]/;
const ONE_RANGE = /^bytes=(?:\d+-\d*|-\d+)$/;

/** S3 takes tags without quotes too, and one range; of another header it sends the whole. */
function rewritten(request: Request, size: number, part: string | undefined): Request {
  const names = ["if-match", "if-none-match"].filter((name) => request.headers.has(name));
  const sent = request.headers.get("range");
  // The last bytes of an object without any are the whole of it.
  const isWhole = size === 0 && LAST_BYTES.test(sent ?? "");
  const range = part ?? (sent !== null && ONE_RANGE.test(sent) && !isWhole ? sent : null);
  if (names.length === 0 && range === sent) return request;
  const headers = new Headers(request.headers);
  if (range === null) headers.delete("range");
  else headers.set("range", range);
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
