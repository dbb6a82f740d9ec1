/** A program for Node: a server that takes a large body and answers with one, and says what it still holds of both. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { getRequestListener } from "@hono/node-server";
import { spentChunksIn } from "@plinth/core";
import { fileStream } from "../http/file-stream.ts";
import { sentPieces, withOwnChunks } from "../platform/node-bodies.ts";

const PIECES = 100;
const PIECE_BYTES = 200_000;
const { pieces, Answer } = sentPieces();
/** What came from the connection, and what was made for it. */
const [came, made]: Uint8Array[][] = [[], []];
const held = (of: readonly Uint8Array[]): number => of.filter(({ byteLength }) => byteLength > 0).length;

const listener = getRequestListener(async (request, { incoming }) => {
  if (request.method === "PUT") return new Response(JSON.stringify(await take(request, incoming as IncomingMessage)));
  withOwnChunks(request, incoming as IncomingMessage);
  if (request.url.endsWith("/held")) return new Response(JSON.stringify([held(made!), made!.length]));
  const onError = (error: unknown): void => void process.stderr.write(`${error}\n`);
  return new Response(fileStream(make(), { sentPieces: pieces, onError }).body);
});

/** Bytes that are another one in each place, wrong ones among them, and chunks: those that are still in memory, and all. */
async function take(request: Request, incoming: IncomingMessage): Promise<number[]> {
  const push = incoming.push.bind(incoming);
  incoming.push = (chunk: Uint8Array | null, encoding?: BufferEncoding) => {
    if (chunk) came!.push(chunk);
    return push(chunk, encoding);
  };
  let [read, wrong] = [0, 0];
  for await (const chunk of spentChunksIn(withOwnChunks(request, incoming).body!)) {
    for (const byte of chunk) if (byte !== Math.floor(read++ / PIECE_BYTES)) wrong++;
  }
  return [read, wrong, held(came!), came!.length];
}

async function* make(): AsyncGenerator<Uint8Array, void> {
  for (let n = 0; n < PIECES; n++) yield made![made!.push(new Uint8Array(PIECE_BYTES).fill(n)) - 1]!;
}

const server = createServer({ ServerResponse: Answer }, listener);
server.listen(0, "127.0.0.1", () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
