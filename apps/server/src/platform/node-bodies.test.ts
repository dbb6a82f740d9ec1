import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleForNode, NODE } from "../../../../tests/support/runtime-suite.ts";

const PIECES = 100;
const PIECE_BYTES = 200_000;
const BYTES = PIECES * PIECE_BYTES;
const folder = mkdtempSync(join(tmpdir(), "plinth-node-bodies-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

if (!existsSync(NODE)) test.skip(`large bodies on Node — there is no ${NODE}`, () => {});
else {
  let child: Bun.Subprocess<"ignore", "pipe", "inherit">;
  let url: string;

  beforeAll(async () => {
    await bundleForNode(folder, { server: join(import.meta.dir, "../testing/node-bodies.ts") });
    child = Bun.spawn([NODE, join(folder, "server.mjs")], { stdin: "ignore", stdout: "pipe", stderr: "inherit" });
    const { value } = await child.stdout.getReader().read();
    url = `http://127.0.0.1:${Number(new TextDecoder().decode(value))}`;
  });
  afterAll(() => child.kill());

  test("a chunk of a body is not copied, and its memory is given back when it has been read", async () => {
    const body = new Uint8Array(BYTES);
    for (let n = 0; n < PIECES; n++) body.fill(n, n * PIECE_BYTES, (n + 1) * PIECE_BYTES);
    const answer = await fetch(url, { method: "PUT", body });
    const [read, wrong, held, chunks] = (await answer.json()) as [number, number, number, number];
    expect([read, wrong, held]).toEqual([BYTES, 0, 0]);
    expect(chunks).toBeGreaterThan(PIECES);
  });

  test("the memory of a piece of an answer is given back when it is sent, also for a reader who is slow", async () => {
    const { body } = await fetch(url);
    let [read, wrong] = [0, 0];
    for await (const chunk of body!) {
      // So all buffers between the two fill up.
      if (read < 8 * PIECE_BYTES) await Bun.sleep(2);
      for (const byte of chunk) if (byte !== Math.floor(read++ / PIECE_BYTES)) wrong++;
    }
    expect([read, wrong]).toEqual([BYTES, 0]);
    expect(await (await fetch(`${url}/held`)).json()).toEqual([0, PIECES]);
  });

  test("a GET is answered although a body is sent with it", async () => {
    const { port } = new URL(url);
    const answered = Promise.withResolvers<string>();
    // Bun's own clients send no body with a GET.
    const socket = connect(Number(port), "127.0.0.1").on("error", answered.reject);
    socket.once("data", (data) => answered.resolve(String(data).split("\r\n")[0]!));
    socket.write("GET /held HTTP/1.1\r\nhost: a.test\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n");
    expect(await answered.promise).toBe("HTTP/1.1 200 OK");
    socket.destroy();
  });
}
