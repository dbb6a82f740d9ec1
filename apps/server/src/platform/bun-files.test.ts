import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bunFiles } from "./bun-files.ts";

test("readers who do not read leave Bun's own sending of files to nobody, until they are gone", async () => {
  const folder = mkdtempSync(join(tmpdir(), "plinth-bun-files-"));
  const path = join(folder, "large.bin");
  writeFileSync(path, new Uint8Array(20_000_000));
  const server = Bun.serve({ port: 0, fetch: () => new Response(Bun.file(path)) });
  const files = bunFiles(() => server, 2);
  const until = async (pending: number) => {
    while (server.pendingRequests !== pending) await Bun.sleep(10);
  };
  const readers = [0, 1].map(() => {
    const socket = connect(server.port!, "127.0.0.1").pause();
    socket.on("error", () => {});
    socket.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    return socket;
  });
  try {
    expect(bunFiles(() => undefined)(path)).toBeDefined();
    await until(2);
    expect(files(path)).toBeUndefined();
    readers[0]!.destroy();
    await until(1);
    expect(files(path)).toBeDefined();
  } finally {
    for (const reader of readers) reader.destroy();
    await server.stop(true);
    rmSync(folder, { recursive: true });
  }
});
