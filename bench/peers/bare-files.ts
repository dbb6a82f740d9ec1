/**
 * The plain program for files: the body to a file of the folder, and back. `bun bench/peers/bare-files.ts FOLDER PORT [sync]`; with `sync` it
 * answers when the file and its name are on the disk.
 */
import { open } from "node:fs/promises";
import { join } from "node:path";

const [folder, port, sync] = process.argv.slice(2) as [string, string, string | undefined];

Bun.serve({
  hostname: "127.0.0.1",
  port: Number(port),
  maxRequestBodySize: Number.MAX_SAFE_INTEGER,
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/health") return new Response("ok");
    const path = join(folder, pathname.slice(1).replaceAll("/", "_"));
    if (request.method === "PUT") {
      await Bun.write(path, new Response(request.body));
      if (sync) for (const one of [path, folder]) await toDisk(one);
      return new Response(null, { status: 201 });
    }
    return new Response(Bun.file(path));
  },
});

async function toDisk(path: string): Promise<void> {
  const handle = await open(path, "r");
  await handle.sync();
  await handle.close();
}
