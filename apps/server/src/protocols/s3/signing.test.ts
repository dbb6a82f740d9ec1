/** The examples of https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html and the pages beside it. */
import { expect, test } from "bun:test";
import { s3Digest } from "@plinth/engine";
import type { Authorization } from "./authorization.ts";
import { bytesOfChunks } from "./chunked-body.ts";
import { canonicalHash, EMPTY_HASH, s3SignatureOf, s3SigningKey } from "./signing.ts";

const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const scope = { date: "20130524", region: "us-east-1" };
const time = "20130524T000000Z";
const HOST = "examplebucket.s3.amazonaws.com";
const key = await s3SigningKey(SECRET, scope);

test("a request by its header, and by its URL", async () => {
  const headers = [
    ["host", HOST],
    ["range", "bytes=0-9"],
    ["x-amz-content-sha256", EMPTY_HASH],
    ["x-amz-date", time],
  ] as const;
  const get = await canonicalHash({ method: "GET", path: "/test.txt", query: "", headers, payloadHash: EMPTY_HASH });
  expect(await s3SignatureOf(key, { time, scope, lines: [get] })).toBe(
    "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
  );
  const query =
    "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request" +
    "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host";
  const url = {
    method: "GET",
    path: "/test.txt",
    query,
    headers: [["host", HOST]],
    payloadHash: "UNSIGNED-PAYLOAD",
  } as const;
  expect(await s3SignatureOf(key, { time, scope, lines: [await canonicalHash(url)] })).toBe(
    "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
  );
});

const SEED = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
const SIGNATURES = [
  "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
  "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
  "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
];
const chunks = (first: string): string =>
  `10000;chunk-signature=${SIGNATURES[0]}\r\n${first}\r\n400;chunk-signature=${SIGNATURES[1]}\r\n${"a".repeat(1024)}\r\n` +
  `0;chunk-signature=${SIGNATURES[2]}\r\n\r\n`;

/** In pieces that end anywhere. */
async function read(text: string, size: number, step: number): Promise<string> {
  const pieces = text.match(new RegExp(`[^]{1,${step}}`, "g"))!;
  const body = new Blob(pieces).stream() as ReadableStream<Uint8Array>;
  const form = {
    ...{ signed: true, trailers: false, size, key, hash: () => s3Digest({}, "sha256") },
    authorization: { signature: SEED, time, scope } as Authorization,
  };
  const bytes: Uint8Array[] = [];
  for await (const piece of bytesOfChunks(body, form, new Map())) bytes.push(piece.slice());
  return Buffer.concat(bytes).toString();
}

test("a body in signed pieces is its bytes, and no other bytes, fewer or more pass", async () => {
  const bytes = "a".repeat(65536 + 1024);
  expect(await read(chunks("a".repeat(65536)), bytes.length, 5000)).toBe(bytes);
  const altered = `${"a".repeat(65535)}b`;
  expect(read(chunks(altered), bytes.length, 5000)).rejects.toMatchObject({ s3: "SignatureDoesNotMatch" });
  for (const size of [bytes.length - 1, bytes.length + 1])
    expect(read(chunks("a".repeat(65536)), size, 70_000)).rejects.toMatchObject({ s3: "IncompleteBody" });
  expect(read(chunks("a".repeat(65536)).slice(0, 60_000), bytes.length, 70_000)).rejects.toMatchObject({
    s3: "IncompleteBody",
  });
  expect(read("zz\r\n", 1, 10)).rejects.toMatchObject({ s3: "IncompleteBody" });
});
