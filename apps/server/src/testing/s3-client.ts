/** A client of S3 for tests, whose signatures are those of `signing.ts`, which AWS's examples check. */
import { sha256Hex } from "@plinth/core";
import { objectAddressOf, pairsIn, uriEncoded } from "../protocols/s3/address.ts";
import { canonicalHash, s3SignatureOf, s3SigningKey } from "../protocols/s3/signing.ts";
import { APP_URL, type TestApp } from "./app.ts";

export interface S3Keys {
  readonly access_key_id: string;
  readonly secret_access_key: string;
}

export interface S3Call {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** What the client signs in place of what arrives. */
  readonly as?: { readonly host?: string; readonly path?: string };
  /** Added on the way. */
  readonly added?: Record<string, string>;
  readonly payloadHash?: string;
  readonly at?: number;
}

export const amzTime = (at: number): string => new Date(at).toISOString().replaceAll(/[-:]|\.\d{3}/g, "");

export interface SentRequest {
  readonly url: string;
  readonly init: RequestInit;
  readonly key: CryptoKey;
  readonly time: string;
  readonly signature: string;
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const canonicalQuery = (rawQuery: string): string =>
  pairsIn(rawQuery)
    .map(([name, value]) => `${uriEncoded(name)}=${uriEncoded(value)}`)
    .sort(order)
    .join("&");

/** A request of which the header is signed. `path` begins with `/s3`. */
export async function signedRequest(keys: S3Keys, path: string, call: S3Call): Promise<SentRequest> {
  const { method = "GET", body, as = {}, at = Date.now(), added } = call;
  const url = new URL(path, APP_URL);
  const time = amzTime(at);
  const payloadHash = call.payloadHash ?? (await sha256Hex(body ?? ""));
  const signed: Record<string, string> = { ...call.headers, "x-amz-date": time, "x-amz-content-sha256": payloadHash };
  const headers = Object.entries({ ...signed, host: as.host ?? url.host }).sort(([a], [b]) => order(a, b));
  const scope = { date: time.slice(0, 8), region: "eu-central-1" };
  const query = canonicalQuery(objectAddressOf(url.href).rawQuery);
  const hash = await canonicalHash({ method, path: as.path ?? url.pathname, query, headers, payloadHash });
  const key = await s3SigningKey(keys.secret_access_key, scope);
  const signature = await s3SignatureOf(key, { time, scope, lines: [hash] });
  const names = headers.map(([name]) => name).join(";");
  const credential = `${keys.access_key_id}/${scope.date}/${scope.region}/s3/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`;
  const length: Record<string, string> = body === undefined ? {} : { "content-length": String(new Blob([body]).size) };
  const init = {
    method,
    headers: { ...signed, ...added, ...length, authorization },
    ...(body !== undefined && { body }),
  };
  return { url: url.href, init, key, time, signature };
}

/** A URL that is signed. */
export async function signedUrl(
  keys: S3Keys,
  path: string,
  { method = "GET", at = Date.now(), expires = 60 }: { method?: string; at?: number; expires?: number } = {},
): Promise<string> {
  const url = new URL(path, APP_URL);
  const time = amzTime(at);
  const scope = { date: time.slice(0, 8), region: "eu-central-1" };
  const parameters = {
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": `${keys.access_key_id}/${scope.date}/${scope.region}/s3/aws4_request`,
    "X-Amz-Date": time,
    "X-Amz-Expires": String(expires),
    "X-Amz-SignedHeaders": "host",
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  const query = canonicalQuery(url.search.slice(1));
  const headers = [["host", url.host]] as const;
  const hash = await canonicalHash({ method, path: url.pathname, query, headers, payloadHash: "UNSIGNED-PAYLOAD" });
  const key = await s3SigningKey(keys.secret_access_key, scope);
  url.searchParams.set("X-Amz-Signature", await s3SignatureOf(key, { time, scope, lines: [hash] }));
  return url.href;
}

/** Sends signed requests to an app. */
export function s3Client(world: TestApp, keys: S3Keys) {
  return async (path: string, call: S3Call = {}): Promise<Response> => {
    const { url, init } = await signedRequest(keys, path, call);
    return world.call(url, init);
  };
}

/** Status and code of a refusal. */
export async function s3RefusalIn(
  answer: Response | Promise<Response>,
): Promise<[status: number, code: string | undefined]> {
  const response = await answer;
  return [response.status, /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1]];
}
