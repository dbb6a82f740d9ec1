import { FileStoreError, sha256Hex } from "@plinth/core";
import { AwsV4Signer } from "aws4fetch";
import { type S3Address, urlOf } from "./s3-address.ts";
import { failureFrom, type S3Failure, unreachable } from "./s3-errors.ts";
import { withIdleLimit } from "./s3-idle-limit.ts";
import { parseS3Xml, type XmlElement } from "./s3-xml.ts";

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

export interface S3Request {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** Absent: the bucket. */
  readonly key?: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: Uint8Array<ArrayBuffer> | SizedStream;
  /** Done twice, it is something else than done once: sent again only where S3 says that it did nothing. */
  readonly once?: boolean;
}

/** A body that can be sent once. Its signature does not cover its bytes. */
export interface SizedStream {
  readonly stream: ReadableStream<Uint8Array>;
  readonly size: number;
}

export interface S3Client {
  /** A success; its body is read or cancelled by the caller. */
  send(request: S3Request): Promise<Response>;
  /** The XML of a success. */
  read(request: S3Request): Promise<XmlElement>;
  /** A success whose body nobody needs. */
  act(request: S3Request): Promise<Headers>;
  presign(request: Pick<S3Request, "method" | "key" | "query" | "headers">, expiresInSeconds: number): Promise<string>;
}

export interface S3ClientOptions extends S3Address {
  readonly region: string;
  readonly credentials: S3Credentials;
  /** Until the answer begins, with all attempts, beside the time for the body. */
  readonly timeoutMs: number;
}

const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 100;
/** The slowest line that is waited for. */
const BYTES_PER_MS = 50;
const MAX_ERROR_BYTES = 65_536;

export function s3Client(options: S3ClientOptions): S3Client {
  const { region, credentials, timeoutMs } = options;
  /** The derived keys of a day. */
  const cache = new Map<string, ArrayBuffer>();
  const signer = ({ method, key, query }: S3Request, headers: Headers, more: object) =>
    new AwsV4Signer({
      method,
      url: urlOf(options, key, query).href,
      headers,
      ...credentials,
      service: "s3",
      region,
      cache,
      ...more,
    });

  /** `end`: of `performance.now()`; an answer that has not begun by then is none. */
  async function attempt(request: S3Request, end: number): Promise<Response | S3Failure> {
    const { body } = request;
    const headers = headersOf(request.headers);
    headers.set("x-amz-content-sha256", await payloadHash(body));
    const signed = await signer(request, headers, {}).sign();
    if (body && !(body instanceof Uint8Array)) signed.headers.set("content-length", String(body.size));
    const abort = new AbortController();
    // A timer may be early by a part of a millisecond.
    const timer = setTimeout(() => abort.abort(), Math.max(0, Math.ceil(end - performance.now())) + 1);
    try {
      const response = await fetch(signed.url, {
        method: request.method,
        headers: signed.headers,
        redirect: "manual",
        signal: abort.signal,
        ...(body && { body: body instanceof Uint8Array ? body : body.stream, duplex: "half" }),
      } as RequestInit);
      if (response.ok) return withIdleLimit(response, timeoutMs);
      return failureFrom(response.status, response.headers, await errorText(response));
    } catch (cause) {
      return { error: unreachable(cause), code: "", refused: false };
    } finally {
      clearTimeout(timer);
    }
  }

  /** `decide`: what the answer means; an answer with status 200 may be a failure. */
  async function request<T>(one: S3Request, decide: (response: Response) => Promise<T | S3Failure>): Promise<T> {
    const again = !(one.body && !(one.body instanceof Uint8Array));
    // Of all attempts: another one is for an answer that was bad, not for a server that gives none.
    const end = performance.now() + timeoutMs + sizeOf(one.body) / BYTES_PER_MS;
    for (let left = ATTEMPTS - 1; ; left--) {
      const answer = await attempt(one, end);
      const result = answer instanceof Response ? await decide(answer) : answer;
      if (!isFailure(result)) return result;
      const { error, refused } = result;
      if (error.kind !== "unavailable") throw error;
      if (one.once && !refused) throw new FileStoreError("outcome_unknown", error.message, { cause: error });
      const waitMs = pauseOf(ATTEMPTS - 1 - left, error.retryAfterMs);
      if (left === 0 || !again || performance.now() + waitMs >= end) throw error;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }

  return {
    send: (one) => request(one, async (response) => response),
    read: (one) =>
      request(one, async (response) => {
        const text = await response.text();
        const root = parseS3Xml(text);
        return root.name === "Error" ? failureFrom(500, response.headers, text) : root;
      }),
    act: (one) =>
      request(one, async (response) => {
        await response.body?.cancel();
        return response.headers;
      }),
    async presign(one, expiresInSeconds) {
      const query = { ...one.query, "X-Amz-Expires": String(expiresInSeconds) };
      const options = { signQuery: true, allHeaders: true };
      return (await signer({ ...one, query }, headersOf(one.headers), options).sign()).url.href;
    },
  };
}

function isFailure(result: unknown): result is S3Failure {
  return typeof result === "object" && result !== null && "refused" in result;
}

function headersOf(given: S3Request["headers"] = {}): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) if (value !== undefined) headers.set(name, value);
  return headers;
}

function sizeOf(body: S3Request["body"]): number {
  if (body === undefined) return 0;
  return body instanceof Uint8Array ? body.byteLength : body.size;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
function payloadHash(body: S3Request["body"]): Promise<string> | string {
  if (body === undefined) return sha256Hex("");
  return body instanceof Uint8Array ? sha256Hex(body) : "UNSIGNED-PAYLOAD";
}

/** Full jitter, so that many that were refused at once do not come back at once. */
function pauseOf(attempt: number, leastMs = 0): number {
  return leastMs + Math.random() * FIRST_PAUSE_MS * 2 ** attempt;
}

/** The beginning is enough. */
async function errorText(response: Response): Promise<string> {
  let [text, bytes] = ["", 0];
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    bytes += chunk.byteLength;
    if (bytes >= MAX_ERROR_BYTES) break;
  }
  return text;
}
