import { expect, test } from "bun:test";
import { fileStream } from "../http/file-stream.ts";

const PIECES = 100;
const PIECE_BYTES = 200_000;
/** Another one in each place of the answer. */
const piece = (n: number): Uint8Array => new Uint8Array(PIECE_BYTES).fill(n);

test("the memory of a piece is given back when Bun has copied it, also for a reader who is slow", async () => {
  const made: Uint8Array[] = [];
  async function* pieces(): AsyncGenerator<Uint8Array, void> {
    for (let n = 0; n < PIECES; n++) yield made[made.push(piece(n)) - 1]!;
  }
  const options = { copies: true, onError: (error: unknown) => expect(error).toBeUndefined() };
  const server = Bun.serve({ port: 0, fetch: () => new Response(fileStream(pieces(), options).body) });
  try {
    const { body } = await fetch(server.url);
    let [read, wrong] = [0, 0];
    for await (const chunk of body!) {
      // So all buffers between the two fill up.
      if (read < 8 * PIECE_BYTES) await Bun.sleep(2);
      for (const byte of chunk) if (byte !== Math.floor(read++ / PIECE_BYTES)) wrong++;
    }
    expect([read, wrong]).toEqual([PIECES * PIECE_BYTES, 0]);
    expect(made.filter(({ byteLength }) => byteLength > 0).length).toBeLessThan(3);
  } finally {
    await server.stop(true);
  }
});
