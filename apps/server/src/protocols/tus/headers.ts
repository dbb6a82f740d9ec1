import { excerpt, invalid, PlinthError } from "@plinth/core";
import { type BodyDigest, bodyDigest, CHECKSUMS, isChecksum, type PendingUpload } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import type { AnswerHeaders } from "../../http/answer.ts";

/** The headers of tus: https://tus.io/protocols/resumable-upload */

export const TUS_VERSION = "1.0.0";
export const TUS_EXTENSIONS =
  "creation,creation-with-upload,creation-defer-length,termination,expiration,checksum,concatenation";
export const CHUNK_TYPE = "application/offset+octet-stream";

/** A request of another version than 1.0.0 is refused; `errorResponse` names the version. */
export function requireTusVersion({ req }: Context<AppEnv>): void {
  if (req.header("tus-resumable") === TUS_VERSION) return;
  throw new PlinthError("PRECONDITION_FAILED", `Send the header Tus-Resumable: ${TUS_VERSION}.`, {
    field: "tus-resumable",
  });
}

/** A whole number of bytes. Undefined: the header is not there. */
export function byteCountIn({ headers }: Request, name: string): number | undefined {
  const text = headers.get(name);
  if (text === null) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw invalid(name, "must be a whole number of bytes");
  return Number(text);
}

export function requireChunkType({ headers }: Request): void {
  if (headers.get("content-type") === CHUNK_TYPE) return;
  throw new PlinthError("UNSUPPORTED_MEDIA_TYPE", `Send content-type: ${CHUNK_TYPE}.`, { field: "content-type" });
}

const CHECKSUM = "upload-checksum";

export function digestIn(c: Context<AppEnv>): BodyDigest | undefined {
  const text = c.req.header(CHECKSUM);
  if (text === undefined) return undefined;
  const [name = "", expected = ""] = text.split(" ");
  if (isChecksum(name)) return bodyDigest(c.env.engine, name, expected, CHECKSUM);
  const message = `${CHECKSUM}: ${excerpt(name)} is not supported; use ${CHECKSUMS.join(", ")}.`;
  throw new PlinthError("BAD_REQUEST", message, { field: CHECKSUM });
}

/** What the protocol keeps with an upload, as the client has sent it. */
export interface TusNote {
  readonly metadata: string | null;
  readonly concat: string | null;
}

export const noteOf = ({ note }: PendingUpload): TusNote => JSON.parse(note!) as TusNote;

const TUS = { "tus-resumable": TUS_VERSION };

/** How far an upload is. */
export function progressHeaders({ received, expiresAt }: PendingUpload): AnswerHeaders {
  return { ...TUS, "upload-offset": String(received), "upload-expires": new Date(expiresAt).toUTCString() };
}

/** Where the file is that the upload has become. */
export function fileHeaders(upload: PendingUpload): AnswerHeaders {
  if (upload.file === undefined) return {};
  const path = upload.path.split("/").map(encodeURIComponent).join("/");
  return { "content-location": `/api/files/${upload.bucket}/${path}`, etag: `"${upload.content}"` };
}

/** All that is known of an upload. */
export function stateHeaders(upload: PendingUpload): AnswerHeaders {
  const { metadata, concat } = noteOf(upload);
  const { size } = upload;
  return {
    ...progressHeaders(upload),
    ...(size === null ? { "upload-defer-length": "1" } : { "upload-length": String(size) }),
    ...(metadata !== null && { "upload-metadata": metadata }),
    ...(concat !== null && { "upload-concat": concat }),
    ...fileHeaders(upload),
  };
}
