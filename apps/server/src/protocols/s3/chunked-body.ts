/**
 * Bodies in pieces, each with its size and perhaps its signature, and headers after them (`aws-chunked`).
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
import { type ContentHash, chunksIn, releaseChunk, sameText, sha256Hex, toHex } from "@plinth/core";
import type { SignedS3Request } from "./authenticate.ts";
import { S3Error } from "./errors.ts";
import { EMPTY_HASH, s3SignatureOf } from "./signing.ts";

/** How the pieces come. */
export interface ChunkedForm {
  readonly signed: boolean;
  readonly trailers: boolean;
}

const FORMS: Readonly<Record<string, ChunkedForm>> = {
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD": { signed: true, trailers: false },
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER": { signed: true, trailers: true },
  "STREAMING-UNSIGNED-PAYLOAD-TRAILER": { signed: false, trailers: true },
};

/** Undefined: the body comes as it is. */
export function chunkedFormOf(payloadHash: string): ChunkedForm | undefined {
  return Object.hasOwn(FORMS, payloadHash) ? FORMS[payloadHash] : undefined;
}

interface ChunkedBody extends ChunkedForm, Pick<SignedS3Request, "authorization" | "key"> {
  /** Bytes of all pieces together. */
  readonly size: number;
  /** Begins a SHA-256. */
  hash(): ContentHash;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html */
const MIN_PIECE_BYTES = 8192;
const MAX_LINE = 8192;
const MAX_TRAILERS = 16;
const CHUNK = /^([0-9a-f]{1,10})(?:;chunk-signature=([0-9a-f]{64}))?$/i;
const TRAILER = /^([a-z0-9-]{1,64}):(.*)$/i;
const SIGNATURE = "x-amz-trailer-signature";

/**
 * The bytes of the pieces as they arrive. A piece with a wrong signature is an error behind its bytes, so that nobody may use them before
 * the end. The headers after them are in `trailers` then.
 */
export async function* bytesOfChunks(
  body: ReadableStream<Uint8Array>,
  form: ChunkedBody,
  trailers: Map<string, string>,
): AsyncGenerator<Uint8Array, void> {
  const source = new PieceReader(chunksIn(body));
  let previous = form.authorization.signature;
  let rest = form.size;
  /** The piece before is one that only the last may be. */
  let isSmall = false;
  for (;;) {
    const line = await source.line();
    if (line === undefined) throw incomplete();
    const [, digits, signature] = CHUNK.exec(line) ?? [];
    if (digits === undefined || (form.signed && signature === undefined)) throw incomplete();
    const size = Number.parseInt(digits, 16);
    if (size > rest) throw otherLength();
    if (isSmall && size > 0) throw smallPiece();
    isSmall = size < MIN_PIECE_BYTES;
    const hash = form.signed ? form.hash() : undefined;
    for await (const piece of source.take(size)) {
      hash?.update(piece);
      yield piece;
    }
    if (hash) {
      const expected = await chunkSignature(form, "PAYLOAD", [previous, EMPTY_HASH, toHex(await hash.digest())]);
      if (!sameText(expected, signature!)) throw wrongSignature();
      previous = expected;
    }
    rest -= size;
    if (size === 0) break;
    if ((await source.line()) !== "") throw incomplete();
  }
  if (rest > 0) throw otherLength();
  if (form.trailers) await readTrailers(source, form, previous, trailers);
  // The last line break may be left out.
  else if (await source.line()) throw incomplete();
  if ((await source.line()) !== undefined) throw incomplete();
}

async function readTrailers(
  source: PieceReader,
  form: ChunkedBody,
  previous: string,
  trailers: Map<string, string>,
): Promise<void> {
  let signature: string | undefined;
  for (;;) {
    const line = await source.line();
    if (line === undefined) throw incomplete();
    if (line === "") break;
    const [, name, value] = TRAILER.exec(line) ?? [];
    if (name === undefined || trailers.size >= MAX_TRAILERS) throw malformedTrailer();
    if (name.toLowerCase() === SIGNATURE) signature = value!.trim();
    else trailers.set(name.toLowerCase(), value!.trim());
  }
  if (!form.signed) return;
  if (signature === undefined && trailers.size === 0) throw malformedTrailer();
  const text = [...trailers].map(([name, value]) => `${name}:${value}\n`).join("");
  const expected = await chunkSignature(form, "TRAILER", [previous, await sha256Hex(text)]);
  if (!sameText(expected, signature ?? "")) throw wrongSignature();
}

function chunkSignature(
  { key, authorization: { time, scope } }: ChunkedBody,
  kind: "PAYLOAD" | "TRAILER",
  lines: readonly string[],
): Promise<string> {
  return s3SignatureOf(key, { time, scope, algorithm: `AWS4-HMAC-SHA256-${kind}`, lines });
}

const NOTHING = new Uint8Array();

/** Reads lines and bytes by turns. */
class PieceReader {
  #held: Uint8Array = NOTHING;
  /** What the held bytes are a part of. */
  #chunk: Uint8Array = NOTHING;

  constructor(private readonly chunks: AsyncGenerator<Uint8Array>) {}

  /** Up to the next line break, without it. Undefined: the body has ended. */
  async line(): Promise<string | undefined> {
    for (let from = 0; ; ) {
      const at = this.#held.indexOf(10, from);
      if (at >= 0) {
        const line = new TextDecoder().decode(this.#held.subarray(0, at));
        this.#held = this.#held.subarray(at + 1);
        if (!line.endsWith("\r")) throw incomplete();
        return line.slice(0, -1);
      }
      from = this.#held.length;
      if (from > MAX_LINE) throw incomplete();
      if (!(await this.#more())) return from === 0 ? undefined : new TextDecoder().decode(this.#held);
    }
  }

  async *take(size: number): AsyncGenerator<Uint8Array, void> {
    for (let rest = size; rest > 0; ) {
      if (this.#held.length === 0 && !(await this.#more())) throw incomplete();
      const piece = this.#next(rest);
      rest -= piece.length;
      yield piece;
    }
  }

  /**
   * Whoever takes a chunk may give its memory back, and then nothing can be looked for in it. So what a chunk holds beside lines is copied, and
   * the chunk is given back here: otherwise most of a large body would be garbage.
   */
  #next(most: number): Uint8Array {
    const held = this.#held;
    if (held.length === this.#chunk.length && held.length <= most) {
      this.#held = NOTHING;
      this.#chunk = NOTHING;
      return held;
    }
    const piece = held.slice(0, most);
    if (piece.length < held.length) this.#held = held.subarray(piece.length);
    else {
      this.#held = NOTHING;
      releaseChunk(this.#chunk);
    }
    return piece;
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.chunks.next();
    if (done) return false;
    if (this.#held.length === 0) this.#chunk = value;
    else {
      const joined = new Uint8Array(this.#held.length + value.length);
      joined.set(this.#held);
      joined.set(value, this.#held.length);
      this.#chunk = joined;
    }
    this.#held = this.#chunk;
    return true;
  }
}

const otherLength = () =>
  new S3Error("IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header");
/** The pieces are not in their form, or end before their last one. */
const incomplete = () => new S3Error("IncompleteBody", "The request body terminated unexpectedly");
const smallPiece = () =>
  new S3Error("InvalidChunkSizeError", "Only the last chunk is allowed to have a size less than 8192 bytes");
export const malformedTrailer = () =>
  new S3Error(
    "MalformedTrailerError",
    "The request contained trailing data that was not well-formed or did not conform to our published schema.",
  );
const wrongSignature = () => new S3Error("SignatureDoesNotMatch", "The signature of a piece of the body is wrong.");
