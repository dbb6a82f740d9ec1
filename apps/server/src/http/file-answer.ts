import { chunksIn, PlinthError } from "@plinth/core";
import type { OpenedBytes, OpenedFile } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../context.ts";
import { type AnswerHeaders, answer } from "./answer.ts";
import { type AskedDisposition, contentDisposition, dispositionOf, sentType } from "./content-disposition.ts";
import { fileState, isRangeAllowed } from "./file-conditions.ts";
import { secondsUntil, storeRedirect } from "./file-redirect.ts";
import { fileStream } from "./file-stream.ts";
import { type ByteSpan, rangesIn } from "./ranges.ts";
import { trafficOf } from "./traffic/traffic.ts";

/** A stored file, or the parts of it that the request asks for (RFC 9110, 13 and 14). */
export async function answerStoredFile(
  c: Context<AppEnv>,
  file: OpenedFile,
  asked: AskedDisposition,
): Promise<Response> {
  const { headers } = c.req.raw;
  const state = fileState(headers, file);
  const shared = headersOf(c, file, asked);
  if (state === "changed") throw new PlinthError("PRECONDITION_FAILED", "The file has changed since you read it.");
  if (state === "known") return answer(c, null, 304, shared);
  const redirect = await storeRedirect(c, file, asked);
  if (redirect) return redirect;
  const spans = isRangeAllowed(headers, file) ? rangesIn(headers.get("range"), file.size) : undefined;
  if (spans === undefined) return send(c, 200, whole(file), shared);
  if (spans.length === 0) return refuseRange(c, file);
  return spans.length === 1 ? send(c, 206, part(file, spans[0]!), shared) : send(c, 206, parts(file, spans), shared);
}

/** What a connection may hold uncounted: systems buffer more than that themselves. */
const SMALL_BYTES = 128 * 1024;

/** What is sent of a file. */
interface SentBytes {
  readonly length: number;
  readonly headers: AnswerHeaders;
  /** The bytes of the file are opened before the answer begins, so that an error has its own status. */
  open(): Promise<AsyncGenerator<Uint8Array, void> | OpenedBytes>;
}

async function send(c: Context<AppEnv>, status: 200 | 206, sent: SentBytes, shared: AnswerHeaders): Promise<Response> {
  const headers = { ...shared, ...sent.headers, "content-length": String(sent.length) };
  if (c.req.method === "HEAD" || sent.length === 0) return answer(c, null, status, headers);
  const { log, copiesAnswers: copies, sentPieces } = c.env.platform;
  const { logged } = c.env;
  const opened = await sent.open();
  // The runtime applies a range to such an answer by itself, also one that a condition rules out.
  const isRuledOut = status === 200 && c.req.raw.headers.has("range");
  if ("blob" in opened && opened.blob && sent.length > SMALL_BYTES && !isRuledOut) {
    // So the bytes are never in this program's memory, and the runtime knows their number.
    await opened.stream.cancel();
    return answer(c, opened.blob, status, headers);
  }
  if ("bytes" in opened && opened.bytes?.byteLength === sent.length) return answer(c, opened.bytes, status, headers);
  const pieces = "stream" in opened ? chunksIn(opened.stream) : opened;
  if (sent.length <= SMALL_BYTES) return answer(c, await joined(pieces, sent.length), status, headers);
  const { body } = fileStream(pieces, {
    copies,
    sentPieces,
    onError: (error) => log.error("a file could not be sent to its end", { ...logged, error }),
  });
  return answer(c, body, status, headers);
}

/** Also known to Bun by its length, which sends a stream without one. */
async function joined(pieces: AsyncGenerator<Uint8Array, void>, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for await (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  if (at === length) return bytes;
  throw new PlinthError("INTERNAL", undefined, undefined, {
    cause: new Error(`a file has ${at} bytes in place of ${length}`),
  });
}

function whole(file: OpenedFile): SentBytes {
  const { size: length, contentType } = file;
  return {
    length,
    headers: { "content-type": sentType(contentType) },
    open: () => file.open(),
  };
}

function part(file: OpenedFile, span: ByteSpan): SentBytes {
  return {
    length: span.length,
    headers: { "content-type": sentType(file.contentType), "content-range": contentRange(span, file.size) },
    open: () => file.open(span),
  };
}

const encoder = new TextEncoder();

/** `multipart/byteranges` of RFC 9110, 14.6. */
function parts(file: OpenedFile, spans: readonly ByteSpan[]): SentBytes {
  const boundary = crypto.randomUUID();
  const type = sentType(file.contentType);
  const heads = spans.map((span) =>
    encoder.encode(
      `\r\n--${boundary}\r\ncontent-type: ${type}\r\ncontent-range: ${contentRange(span, file.size)}\r\n\r\n`,
    ),
  );
  const end = encoder.encode(`\r\n--${boundary}--\r\n`);
  const framing = heads.reduce((sum, head) => sum + head.byteLength, end.byteLength);
  return {
    length: spans.reduce((sum, { length }) => sum + length, framing),
    headers: { "content-type": `multipart/byteranges; boundary=${boundary}` },
    async open() {
      const first = await file.bytes(spans[0]);
      return (async function* () {
        for (const [i, span] of spans.entries()) {
          yield heads[i]!;
          yield* chunksIn(i === 0 ? first : await file.bytes(span));
        }
        yield end;
      })();
    },
  };
}

function contentRange({ offset, length }: ByteSpan, size: number): string {
  return `bytes ${offset}-${offset + length - 1}/${size}`;
}

/** The header that names the size belongs to this refusal. */
function refuseRange(c: Context<AppEnv>, { size }: OpenedFile): Response {
  const error = new PlinthError("RANGE_NOT_SATISFIABLE", `The file has ${size} bytes.`, { size });
  trafficOf(c.env.engine).failed(c.env, error);
  const response = c.env.protocol.errorResponse(error, c.env.id, c.req.raw);
  response.headers.set("content-range", `bytes */${size}`);
  return response;
}

/** Nothing in a file may act as a page of this server: no script, no form, no frame. */
const SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; media-src 'self'";
/** Browsers show no PDF in a sandbox. */
const PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'";

function headersOf(c: Context<AppEnv>, file: OpenedFile, asked: AskedDisposition): Record<string, string> {
  const { content, name, contentType, changedAt, publicFor, until, vary } = file;
  const isOpen = publicFor !== undefined || until !== undefined;
  const disposition = dispositionOf(contentType, asked);
  const isPdf = contentType === "application/pdf" && disposition === "inline";
  return {
    etag: `"${content}"`,
    "last-modified": new Date(changedAt).toUTCString(),
    "accept-ranges": "bytes",
    "content-disposition": contentDisposition(disposition, name),
    "content-security-policy": isPdf ? PDF_POLICY : SANDBOX,
    "cache-control": cacheControl(c, file),
    ...(vary !== undefined && { vary }),
    // Pages of other origins may show what anybody may read, or whoever has the URL.
    ...(isOpen && { "cross-origin-resource-policy": "cross-origin" }),
    // A page that is made of the file tells nobody its URL.
    ...(until !== undefined && { "referrer-policy": "no-referrer" }),
  };
}

/** For which a browser shows a file again by a signed URL without asking. */
const SIGNED_SECONDS = 60;

/** What a URL shows ends with it, and little later where it is revoked. */
function cacheControl(c: Context<AppEnv>, { publicFor, until }: OpenedFile): string {
  const left = secondsUntil(c, until);
  if (publicFor === undefined)
    return until === undefined ? "private, no-cache" : `private, max-age=${Math.min(left, SIGNED_SECONDS)}`;
  return publicFor === 0 ? "public, no-cache" : `public, max-age=${Math.min(left, publicFor)}`;
}
