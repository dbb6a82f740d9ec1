import { chunksIn, fromBase64, sameText, toHex } from "@plinth/core";
import { type Engine, type S3Checksum, s3Digest } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { steadyBody } from "../../http/body-timeout.ts";
import type { SignedS3Request } from "./authenticate.ts";
import { checksumHeader, type ExpectedChecksum, expectedChecksums, requireLength } from "./checksums.ts";
import { bytesOfChunks, chunkedFormOf } from "./chunked-body.ts";
import { notImplemented, S3Error } from "./errors.ts";

/** The body of a request. Its end is an error where a checksum or a signature is wrong. */
export interface Payload {
  readonly stream: ReadableStream<Uint8Array>;
  readonly size: number | undefined;
  /** That was signed, in hexadecimal: whoever reads the stream compares it. */
  readonly sha256: string | undefined;
  /** Known at the end of the stream: in hexadecimal, and the checksums that were sent, in base64. */
  facts(): { readonly md5: string; readonly checksums: Readonly<Record<string, string>> };
}

const UNSIGNED = "UNSIGNED-PAYLOAD";
const SHA_256 = /^[0-9a-f]{64}$/;

export function payloadOf(
  c: Context<AppEnv>,
  signed: SignedS3Request,
  expected: readonly ExpectedChecksum[] = expectedChecksums(c.req.raw.headers),
): Payload {
  const { headers, body } = c.req.raw;
  const { engine, platform } = c.env;
  const { payloadHash } = signed.authorization;
  const form = chunkedFormOf(payloadHash);
  if (!form && payloadHash !== UNSIGNED && !SHA_256.test(payloadHash)) {
    if (payloadHash.startsWith("STREAMING-")) throw notImplemented(payloadHash);
    throw new S3Error("InvalidArgument", "x-amz-content-sha256 must be a SHA-256 in hexadecimal, or UNSIGNED-PAYLOAD.");
  }
  const raw = body ? steadyBody(body, platform.config.bodyTimeoutMs) : emptyStream();
  const size = lengthIn(headers, form ? "x-amz-decoded-content-length" : "content-length");
  const trailers = new Map<string, string>();
  if (form && size === undefined) throw new S3Error("MissingContentLength", "x-amz-decoded-content-length is missing.");
  const chunks = form
    ? bytesOfChunks(raw, { ...form, ...signed, size: size!, hash: () => s3Digest(engine, "sha256") }, trailers)
    : chunksIn(raw);
  const found: Record<string, string> = {};
  return {
    stream: streamOf(checked(chunks)),
    size,
    sha256: SHA_256.test(payloadHash) ? payloadHash : undefined,
    facts() {
      const { md5, ...checksums } = found;
      return { md5: toHex(fromBase64(md5!)), checksums };
    },
  };

  async function* checked(source: AsyncGenerator<Uint8Array, void>): AsyncGenerator<Uint8Array, void> {
    const names = [...new Set(["md5" as const, ...expected.map(({ name }) => name)])];
    const digests = names.map((name) => ({ name, digest: s3Digest(engine, name) }));
    for await (const piece of source) {
      for (const { digest } of digests) digest.update(piece);
      yield piece;
    }
    for (const { name, digest } of digests) found[name] = base64(await digest.digest());
    for (const one of expected) requireEqual(one, found[one.name]!, trailers);
  }
}

function requireEqual({ name, value }: ExpectedChecksum, found: string, trailers: ReadonlyMap<string, string>): void {
  const sent = value ?? trailers.get(checksumHeader(name as S3Checksum));
  if (sent === undefined)
    throw new S3Error("InvalidRequest", `The body is not followed by ${checksumHeader(name as S3Checksum)}.`);
  if (sameText(requireLength(name, sent), found)) return;
  const header = name === "md5" ? "Content-MD5" : checksumHeader(name);
  throw new S3Error("BadDigest", `The body does not have the checksum that ${header} says.`);
}

/** More than the longest list that a client may send. */
const MAX_DOCUMENT_BYTES = 4 * 1024 ** 2;

/** A short body as a text, for documents. */
export async function readDocument(
  c: Context<AppEnv>,
  signed: SignedS3Request,
  expected?: readonly ExpectedChecksum[],
): Promise<string> {
  const { stream, sha256 } = payloadOf(c, signed, expected);
  const hash = s3Digest(c.env.engine, "sha256");
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const piece of chunksIn(stream)) {
    size += piece.byteLength;
    if (size > MAX_DOCUMENT_BYTES) throw new S3Error("MalformedXML", "The document is too long.");
    c.env.admission.hold(c.env, c.req.raw.headers, piece.byteLength);
    hash.update(piece);
    pieces.push(piece);
  }
  if (sha256 !== undefined && toHex(await hash.digest()) !== sha256) throw otherHash();
  return new Blob(pieces).text();
}

/** The same body; where its hash was signed, another one is an error at its end. */
export function compareHash(c: Context<AppEnv>, { stream, sha256, ...payload }: Payload): Payload {
  if (sha256 === undefined) return { ...payload, stream, sha256 };
  const hash = s3Digest(c.env.engine, "sha256");
  const compared = stream.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, controller) {
        hash.update(piece);
        controller.enqueue(piece);
      },
      async flush() {
        if (toHex(await hash.digest()) !== sha256) throw otherHash();
      },
    }),
  );
  return { ...payload, stream: compared, sha256 };
}

/** The same bytes, and their MD5 in hexadecimal once they have been read. */
export function summed(engine: Engine, bytes: ReadableStream<Uint8Array>) {
  const digest = s3Digest(engine, "md5");
  let md5 = "";
  const stream = bytes.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, controller) {
        digest.update(piece);
        controller.enqueue(piece);
      },
      async flush() {
        md5 = toHex(await digest.digest());
      },
    }),
  );
  return { stream, md5: () => md5 };
}

export const otherHash = () =>
  new S3Error("XAmzContentSHA256Mismatch", "The body does not have the SHA-256 that was signed.");

function lengthIn(headers: Headers, name: string): number | undefined {
  const text = headers.get(name);
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

export function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

export const emptyStream = () => new Blob([]).stream() as ReadableStream<Uint8Array>;

function streamOf(pieces: AsyncGenerator<Uint8Array, void>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await pieces.return();
      },
    },
    { highWaterMark: 0 },
  );
}
