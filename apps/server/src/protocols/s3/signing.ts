/** The calculations of Signature Version 4. https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
import { sha256Hex, toHex } from "@plinth/core";

const encoder = new TextEncoder();

export const ALGORITHM = "AWS4-HMAC-SHA256";
export const EMPTY_HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** What one signature is for, as its credential says it: `date/region/s3/aws4_request`. */
export interface SigningScope {
  /** `YYYYMMDD`. */
  readonly date: string;
  readonly region: string;
}

export const scopeText = ({ date, region }: SigningScope): string => `${date}/${region}/s3/aws4_request`;

export async function s3SigningKey(secret: string, scope: SigningScope): Promise<CryptoKey> {
  let key = await hmacKey(encoder.encode(`AWS4${secret}`));
  for (const part of [scope.date, scope.region, "s3", "aws4_request"]) key = await hmacKey(await hmac(key, part));
  return key;
}

/** Signs what a request, or a part of one, is. `time` is `YYYYMMDDTHHMMSSZ`. */
export async function s3SignatureOf(
  key: CryptoKey,
  { time, scope, algorithm = ALGORITHM, lines }: SignedText,
): Promise<string> {
  return toHex(await hmac(key, [algorithm, time, scopeText(scope), ...lines].join("\n")));
}

export interface SignedText {
  readonly time: string;
  readonly scope: SigningScope;
  readonly algorithm?: string;
  readonly lines: readonly string[];
}

export interface CanonicalRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly payloadHash: string;
}

/** The hash of a request in its one form. */
export function canonicalHash({ method, path, query, headers, payloadHash }: CanonicalRequest): Promise<string> {
  const lines = headers.map(([name, value]) => `${name}:${value}\n`).join("");
  const names = headers.map(([name]) => name).join(";");
  return sha256Hex([method, path, query, lines, names, payloadHash].join("\n"));
}

function hmacKey(raw: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

async function hmac(key: CryptoKey, text: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(text)));
}
