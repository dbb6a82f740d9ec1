import { expect, test } from "bun:test";
import { releaseChunk } from "@plinth/core";
import { s3Digest } from "@plinth/engine";
import type { SignedS3Request } from "./authenticate.ts";
import { bytesOfChunks } from "./chunked-body.ts";
import { S3Error } from "./errors.ts";

const CONTENT = "x".repeat(8192);
const BODY = `2000\r\n${CONTENT}\r\n3\r\nend\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n`;

/** Chunks that end at these places, each with a buffer of its own, as some hosts hand them over. */
function bodyCutAt(places: readonly number[], text: string): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  const bounds = [0, ...places, bytes.length];
  const chunks = bounds.slice(1).map((end, i) => bytes.slice(bounds[i], end));
  const source: UnderlyingDefaultSource<Uint8Array> = {
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk) controller.enqueue(chunk);
      else controller.close();
    },
  };
  return new ReadableStream(source, { highWaterMark: 0 });
}

async function read(places: readonly number[], body = BODY): Promise<readonly [string, string | undefined]> {
  const trailers = new Map<string, string>();
  const unsigned = { authorization: {} } as Pick<SignedS3Request, "authorization" | "key">;
  const form = { ...unsigned, signed: false, trailers: true, size: 8195, hash: () => s3Digest({}, "sha256") };
  let text = "";
  for await (const piece of bytesOfChunks(bodyCutAt(places, body), form, trailers)) {
    text += new TextDecoder().decode(piece);
    releaseChunk(piece);
  }
  return [text, trailers.get("x-amz-checksum-crc32")];
}

test("pieces arrive whole wherever the chunks of the body end, and whoever reads them gives their memory back", async () => {
  const end = 6 + CONTENT.length;
  const places = [1, 5, 6, 7, end - 1, end, end + 1, end + 2, end + 5, end + 8, end + 9, BODY.length - 1];
  const pairs = places.flatMap((one) => places.filter((two) => two > one).map((two) => [one, two]));
  for (const cuts of [places, ...pairs])
    expect([cuts, await read(cuts)]).toEqual([cuts, [`${CONTENT}end`, "AAAAAA=="]]);
});

test("a body that is not in its form to its last byte is refused", async () => {
  const problems = [
    BODY.slice(0, -2),
    `${BODY}more`,
    BODY.replace("2000\r\n", "2000\n"),
    BODY.replace("end\r\n", "end"),
    BODY.replace("\r\n0\r\n", "\r\n"),
  ];
  for (const body of problems)
    expect([body.slice(-60), await codeOf(body)]).toEqual([body.slice(-60), "IncompleteBody"]);
});

async function codeOf(body: string): Promise<string | undefined> {
  try {
    await read([], body);
  } catch (error) {
    return error instanceof S3Error ? error.s3 : String(error);
  }
  return undefined;
}
