import { chunksIn, fromBase64, toBase64, toHex } from "@plinth/core";
import { type Engine, type ObjectChecksum, type S3Checksum, s3Digest } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { steadyBody } from "../../http/body-timeout.ts";
import type { SignedS3Request } from "./authenticate.ts";
import { checksumHeader, type ExpectedChecksum, expectedChecksums, requireLength, requireSame } from "./checksums.ts";
import { bytesOfChunks, chunkedFormOf, malformedTrailer } from "./chunked-body.ts";
import { notImplemented, S3Error } from "./errors.ts";

/** The body of a request. Its end is an error where a checksum or a signature is wrong. */
export interface Payload {
  readonly stream: ReadableStream<Uint8Array>;
  readonly size: number | undefined;
  /** That was signed, in hexadecimal: whoever reads the stream compares it. */
  readonly sha256: string | undefined;
  /** Known at the end of the stream. */
  facts(): BodySums;
}

/** What is known of bytes that have been read. */
export interface BodySums {
  /** Hexadecimal. */
  readonly md5: string;
  readonly checksum: ObjectChecksum;
}

const DEFAULT = "crc64nvme";

const SHA_256 = /^[0-9a-f]{64}$/;

export function payloadOf(
  c: Context<AppEnv>,
  signed: SignedS3Request,
  {
    expected = expectedChecksums(c.req.raw.headers),
    algorithm = algorithmOf(expected),
  }: { readonly expected?: readonly ExpectedChecksum[]; readonly algorithm?: S3Checksum } = {},
): Payload {
  const { headers, body } = c.req.raw;
  const { engine, platform } = c.env;
  const { payloadHash } = signed.authorization;
  const form = chunkedFormOf(payloadHash);
  if (!form && payloadHash.startsWith("STREAMING-")) throw notImplemented(payloadHash);
  const raw = body ? steadyBody(body, platform.config.bodyTimeoutMs) : emptyStream();
  const size = lengthIn(headers, form ? "x-amz-decoded-content-length" : "content-length");
  const trailers = new Map<string, string>();
  if (form && size === undefined)
    throw new S3Error("MissingContentLength", "You must provide the Content-Length HTTP header.");
  const chunks = form
    ? bytesOfChunks(raw, { ...form, ...signed, size: size!, hash: () => s3Digest(engine, "sha256") }, trailers)
    : chunksIn(raw);
  let sums: BodySums | undefined;
  return {
    stream: streamOf(checked(chunks)),
    size,
    sha256: SHA_256.test(payloadHash) ? payloadHash : undefined,
    facts: () => sums!,
  };

  async function* checked(source: AsyncGenerator<Uint8Array, void>): AsyncGenerator<Uint8Array, void> {
    const sent = expected.flatMap(({ name }) => (name === "md5" || name === algorithm ? [] : [name]));
    const running = runningSums(engine, algorithm, sent);
    for await (const piece of source) {
      running.update(piece);
      yield piece;
    }
    const found = await running.digest();
    const isAnnounced = (header: string) =>
      expected.some(({ name }) => name !== "md5" && checksumHeader(name) === header);
    if ([...trailers.keys()].some((name) => name.startsWith("x-amz-checksum-") && !isAnnounced(name)))
      throw malformedTrailer();
    for (const { name, value } of expected) requireSame(name, value ?? trailerOf(name, trailers), found.get(name)!);
    sums = sumsIn(found, algorithm);
  }
}

/** A body has one checksum: what was sent, or the usual one. */
const algorithmOf = (expected: readonly ExpectedChecksum[]): S3Checksum =>
  expected.flatMap(({ name }) => (name === "md5" ? [] : [name]))[0] ?? DEFAULT;

/** The MD5 and these, in base64. */
function runningSums(engine: Pick<Engine, "contentHash">, algorithm: S3Checksum, more: readonly S3Checksum[] = []) {
  const digests = (["md5", algorithm, ...more] as const).map((name) => ({ name, digest: s3Digest(engine, name) }));
  return {
    update(piece: Uint8Array) {
      for (const { digest } of digests) digest.update(piece);
    },
    async digest() {
      const found = new Map<S3Checksum | "md5", string>();
      for (const { name, digest } of digests) found.set(name, toBase64(await digest.digest()));
      return found;
    },
  };
}

function sumsIn(found: ReadonlyMap<S3Checksum | "md5", string>, algorithm: S3Checksum): BodySums {
  const checksum = { algorithm, type: "FULL_OBJECT", value: found.get(algorithm)! } as const;
  return { md5: toHex(fromBase64(found.get("md5")!)), checksum };
}

function trailerOf(name: S3Checksum | "md5", trailers: ReadonlyMap<string, string>): string {
  const sent = trailers.get(checksumHeader(name as S3Checksum));
  if (sent !== undefined) return requireLength(name, sent, "trailing header");
  throw malformedTrailer();
}

/** More than the longest list that a client may send. */
const MAX_DOCUMENT_BYTES = 4 * 1024 ** 2;

/** A short body as a text, for documents. */
export async function readDocument(
  c: Context<AppEnv>,
  signed: SignedS3Request,
  expected?: readonly ExpectedChecksum[],
): Promise<string> {
  const { stream, sha256 } = payloadOf(c, signed, expected && { expected });
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
  if (sha256 !== undefined) requireHash(sha256, toHex(await hash.digest()));
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
        requireHash(sha256, toHex(await hash.digest()));
      },
    }),
  );
  return { ...payload, stream: compared, sha256 };
}

/** The same bytes, and what is known of them once they have been read. */
export function summed(engine: Engine, bytes: ReadableStream<Uint8Array>, algorithm: S3Checksum) {
  const running = runningSums(engine, algorithm);
  let sums: BodySums | undefined;
  const stream = bytes.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, controller) {
        running.update(piece);
        controller.enqueue(piece);
      },
      async flush() {
        sums = sumsIn(await running.digest(), algorithm);
      },
    }),
  );
  return { stream, facts: (): BodySums => sums! };
}

function requireHash(sent: string, computed: string): void {
  if (computed !== sent) throw otherHash(sent, computed);
}

export const otherHash = (sent: string, computed?: string) =>
  new S3Error(
    "XAmzContentSHA256Mismatch",
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    { ClientComputedContentSHA256: sent, ...(computed !== undefined && { S3ComputedContentSHA256: computed }) },
  );

function lengthIn(headers: Headers, name: string): number | undefined {
  const text = headers.get(name);
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
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
