import { invalid, PlinthError } from "@plinth/core";
import {
  type AppendedUpload,
  abortUpload,
  appendToUpload,
  beginUpload,
  CHECKSUMS,
  concatUploads,
  continueUpload,
  findUpload,
  maxUploadBytes,
  type PendingUpload,
  UPLOAD_PIECE,
} from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { answer, json } from "../../http/answer.ts";
import {
  contentLengthOf,
  filePreconditionIn,
  metadataIn,
  requireUnencodedBody,
  streamedBody,
} from "../../http/file-request.ts";
import {
  byteCountIn,
  CHUNK_TYPE,
  digestIn,
  fileHeaders,
  noteOf,
  progressHeaders,
  requireChunkType,
  requireTusVersion,
  stateHeaders,
  TUS_EXTENSIONS,
  TUS_VERSION,
  type TusNote,
} from "./headers.ts";
import { targetIn } from "./metadata.ts";

/** What each request of tus does. */

const KIND = "tus";

/** What this server can do. */
export async function answerAbilities(c: Context<AppEnv>): Promise<Response> {
  return answer(c, null, 204, {
    "tus-resumable": TUS_VERSION,
    "tus-version": TUS_VERSION,
    "tus-extension": TUS_EXTENSIONS,
    "tus-max-size": String(await maxUploadBytes(c.env.engine)),
    "tus-checksum-algorithm": CHECKSUMS.join(","),
  });
}

export async function answerCreation(c: Context<AppEnv>): Promise<Response> {
  requireTusVersion(c);
  const request = c.req.raw;
  const { headers } = request;
  const concat = headers.get("upload-concat");
  const note: TusNote = { metadata: headers.get("upload-metadata"), concat };
  const target = targetIn(note.metadata);
  const given = {
    ...target,
    // By JSON it is more than texts.
    metadata: metadataIn(request) ?? target.metadata,
    condition: filePreconditionIn(request),
    note: JSON.stringify(note),
    inSequence: true,
  };
  if (concat?.startsWith("final;")) {
    return created(c, await concatUploads(c.env.ctx, { ...given, kind: KIND }, piecesIn(concat)));
  }
  if (concat !== null && concat !== "partial")
    throw invalid("upload-concat", "must be partial, or final; and addresses");
  const size = announcedSize(request);
  const upload = await beginUpload(c.env.ctx, { ...given, kind: concat === null ? KIND : UPLOAD_PIECE, size });
  const hasBytes = headers.get("content-type") === CHUNK_TYPE;
  if (!hasBytes && size !== 0) return created(c, { upload });
  return created(c, hasBytes ? await append(c, upload.id, 0) : await continueUpload(c.env.ctx, upload.id));
}

/** Clients of tus send HEAD and read the headers. */
export async function answerProgress(c: Context<AppEnv>): Promise<Response> {
  const { upload } = await continueUpload(c.env.ctx, await requireOwnKind(c));
  return json(c, { data: describeTus(upload) }, 200, stateHeaders(upload));
}

export async function answerBytes(c: Context<AppEnv>): Promise<Response> {
  const id = await requireOwnKind(c);
  requireTusVersion(c);
  requireChunkType(c.req.raw);
  const offset = byteCountIn(c.req.raw, "upload-offset");
  if (offset === undefined) throw invalid("upload-offset", "is missing: the bytes that the server has");
  const { upload } = await append(c, id, offset, byteCountIn(c.req.raw, "upload-length"));
  return answer(c, null, 204, { ...progressHeaders(upload), ...fileHeaders(upload) });
}

export async function answerTermination(c: Context<AppEnv>): Promise<Response> {
  const id = await requireOwnKind(c);
  requireTusVersion(c);
  await abortUpload(c.env.ctx, id);
  return answer(c, null, 204, { "tus-resumable": TUS_VERSION });
}

/** For clients that cannot send PATCH or DELETE. */
export async function answerOverridden(c: Context<AppEnv>): Promise<Response> {
  // Of an upload that is not the caller's, the method tells nothing.
  await requireOwnKind(c);
  const method = c.req.header("x-http-method-override")?.toUpperCase();
  if (method === "PATCH") return answerBytes(c);
  if (method === "DELETE") return answerTermination(c);
  throw new PlinthError("METHOD_NOT_ALLOWED", "Send PATCH, or POST with X-HTTP-Method-Override: PATCH.");
}

/** Uploads that came by other routes are continued there. */
async function requireOwnKind(c: Context<AppEnv>): Promise<string> {
  const upload = await findUpload(c.env.ctx, c.req.param("id")!);
  if (upload.note === undefined || (upload.kind !== KIND && upload.kind !== UPLOAD_PIECE))
    throw new PlinthError("NOT_FOUND");
  return upload.id;
}

async function append(c: Context<AppEnv>, id: string, offset: number, size?: number): Promise<AppendedUpload> {
  const request = c.req.raw;
  requireUnencodedBody(request);
  const { ctx } = c.env;
  if (noteOf(await findUpload(ctx, id)).concat?.startsWith("final;"))
    throw new PlinthError("FORBIDDEN", "A final upload takes no bytes of its own.");
  const body = streamedBody(c);
  return appendToUpload(ctx, id, { offset, body, length: contentLengthOf(request), size, digest: digestIn(c) });
}

function announcedSize(request: Request): number | undefined {
  const size = byteCountIn(request, "upload-length");
  const isDeferred = request.headers.get("upload-defer-length");
  if (isDeferred !== null && isDeferred !== "1") throw invalid("upload-defer-length", "must be 1");
  if ((size === undefined) !== (isDeferred !== null))
    throw invalid("upload-length", "must be the bytes of the file, or else send Upload-Defer-Length: 1");
  return size;
}

const PIECE = /\/([0-9a-f-]{36})$/;

/** `final;` and addresses, absolute or not, between spaces. */
function piecesIn(concat: string): string[] {
  const addresses = concat.slice("final;".length).split(" ").filter(Boolean);
  const ids = addresses.map((address) => PIECE.exec(address)?.[1]);
  if (ids.length === 0 || !ids.every((id) => id !== undefined))
    throw invalid("upload-concat", "must name the addresses of partial uploads after final;");
  return ids as string[];
}

/** The address is relative, so that it is right behind every proxy. */
function created(c: Context<AppEnv>, { upload }: { readonly upload: PendingUpload }): Response {
  const location = new URL(c.req.url).pathname.endsWith("/") ? upload.id : `tus/${upload.id}`;
  return json(c, { data: describeTus(upload) }, 201, { ...progressHeaders(upload), ...fileHeaders(upload), location });
}

function describeTus({ id, bucket, path, size, received, file, expiresAt }: PendingUpload) {
  return { id, bucket, path, size, received, file: file ?? null, expires_at: new Date(expiresAt).toISOString() };
}
