/** Large bodies on Node, without copies and garbage: what a collector finds late is tens of megabytes at any time. */
import { type IncomingMessage, ServerResponse } from "node:http";
import { finished } from "node:stream";
import { releaseChunk } from "@plinth/core";

/** Smaller bodies come as they are: a collector finds them soon enough. */
const LARGE_BYTES = 1024 * 1024;

/** The request, and where its body may be large, with a body whose chunks belong to who reads it. */
export function withOwnChunks(request: Request, incoming: IncomingMessage): Request {
  if (BODILESS.has(request.method) || !mayBeLarge(incoming)) return request;
  const { url, method, headers, signal } = request;
  const init: RequestInit & { duplex: "half" } = { method, headers, signal, body: chunksOf(incoming), duplex: "half" };
  return new Request(url, init);
}

/** By the Fetch standard, no request of these has a body, although one may be sent. */
const BODILESS: ReadonlySet<string> = new Set(["GET", "HEAD", "TRACE"]);

function mayBeLarge({ headers }: IncomingMessage): boolean {
  const { "content-length": length, "transfer-encoding": encoding } = headers;
  return encoding !== undefined || Number(length) > LARGE_BYTES;
}

/** As `Readable.toWeb`, which copies each chunk. Who cancels it leaves the rest to the listener, which has its limits for that. */
function chunksOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  let begun = false;
  let left = false;
  const begin = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    begun = true;
    incoming.on("data", ({ buffer, byteOffset, byteLength }: Buffer) => {
      if (left) return;
      controller.enqueue(new Uint8Array(buffer, byteOffset, byteLength));
      incoming.pause();
    });
    finished(incoming, { writable: false }, (error) => {
      if (left) return;
      left = true;
      if (error) controller.error(error);
      else controller.close();
    });
  };
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (!begun) begin(controller);
        incoming.resume();
      },
      cancel() {
        left = true;
      },
    },
    { highWaterMark: 0 },
  );
}

/** Pieces of answers, and a response that gives the memory of each back when its bytes are sent. */
export function sentPieces() {
  const pieces = new WeakSet<object>();

  class Answer extends ServerResponse {
    override write(chunk: unknown, ...rest: never[]): boolean {
      if (!(chunk instanceof Uint8Array && pieces.has(chunk))) return super.write(chunk, ...rest);
      return super.write(chunk, () => releaseChunk(chunk));
    }
  }

  return { pieces, Answer };
}
