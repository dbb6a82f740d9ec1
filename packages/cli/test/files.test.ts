import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { serverForTests } from "./server.ts";

const { server, write } = serverForTests();
const { plinth } = server;
const inFolder = (path: string) => join(server.folder, path);
const text = (path: string) => readFileSync(inFolder(path), "utf8");
const report = (sent: number, skipped: number, bytes: number) => ({ sent, skipped, bytes, failed: [] });

beforeAll(async () => {
  expect((await plinth("buckets", "create", "docs", "--max-bytes", "1000")).code).toBe(0);
  mkdirSync(inFolder("tree/a/b"), { recursive: true });
  for (const [path, content] of Object.entries({ "one.txt": "1", "a/two.txt": "22", "a/b/größe.txt": "333" }))
    writeFileSync(inFolder(`tree/${path}`), content);
});

test("buckets are made, listed, changed and deleted", async () => {
  const create = [
    "create",
    "pictures",
    "--public",
    "--content-types",
    "image/*,application/pdf",
    "--cache-seconds",
    "60",
  ];
  expect(await server.json("buckets", ...create)).toMatchObject({
    name: "pictures",
    public: true,
    content_types: ["image/*", "application/pdf"],
    cache_seconds: 60,
  });
  expect(await server.json("buckets", "update", "pictures", "--private", "--content-types", "all")).toMatchObject({
    public: false,
    content_types: null,
    cache_seconds: 60,
  });
  expect((await plinth("buckets", "list")).out).toContain("pictures");
  expect((await plinth("buckets", "update", "pictures", "--private", "--public")).err).toContain("goes without");
  expect((await plinth("buckets", "delete", "pictures")).code).toBe(0);
  expect((await plinth("buckets", "list")).out).not.toContain("pictures");
});

test("a file is lent by a URL, which is revoked", async () => {
  await write("lent.txt", "lent");
  expect((await plinth("files", "put", "lent.txt", "docs/lent/")).code).toBe(0);
  const sign = ["sign", "docs/lent/lent.txt", "--expires-in", "60", "--disposition", "attachment"];
  const { url } = (await server.json("files", ...sign)) as { url: string };
  const read = async () => (await fetch(url)).status;
  expect(await read()).toBe(200);
  expect(await server.json("files", "revoke", "docs")).toEqual({ bucket: "docs", path: null } as never);
  expect(await read()).toBe(403);
  expect((await plinth("files", "sign", "docs/lent/")).code).toBe(2);
  expect((await plinth("files", "rm", "docs/lent", "--recursive")).code).toBe(0);
});

test("a file is stored, fetched, moved and deleted", async () => {
  await write("note.txt", "hello");
  expect(await server.json("files", "put", "note.txt", "docs/", "--metadata", '{"by": "Zoë"}')).toEqual(
    report(1, 0, 5) as never,
  );
  const listed = await server.json("files", "ls", "docs");
  expect(listed).toEqual([
    expect.objectContaining({
      kind: "file",
      path: "note.txt",
      size: 5,
      content_type: "text/plain",
      metadata: { by: "Zoë" },
    }),
  ] as never);
  expect(await plinth("files", "get", "docs/note.txt", "-")).toEqual({ code: 0, out: "hello", err: "" });
  expect((await plinth("files", "mv", "docs/note.txt", "docs/x/other.txt")).code).toBe(0);
  expect((await plinth("files", "get", "docs/x/other.txt")).code).toBe(0);
  expect(text("other.txt")).toBe("hello");
  expect((await plinth("files", "ls", "docs")).out).toContain("x/");
  expect(await server.json("files", "rm", "docs/x/other.txt")).toMatchObject({ deleted: 1 });
  expect(await plinth("files", "get", "docs/x/other.txt", "-")).toMatchObject({ code: 2, out: "" });
});

test("a folder goes there and back, and what is equal is left out", async () => {
  expect(await server.json("files", "put", "tree", "docs/t")).toEqual(report(3, 0, 6) as never);
  expect(await server.json("files", "put", "tree", "docs/t")).toEqual(report(0, 3, 6) as never);
  writeFileSync(inFolder("tree/one.txt"), "I");
  expect(await server.json("files", "put", "tree", "docs/t")).toEqual(report(1, 2, 6) as never);
  expect(await server.json("files", "get", "docs/t", "back", "--recursive")).toEqual(report(3, 0, 6) as never);
  expect([text("back/one.txt"), text("back/a/two.txt"), text("back/a/b/größe.txt")]).toEqual(["I", "22", "333"]);
  writeFileSync(inFolder("back/a/two.txt"), "XX");
  expect(await server.json("files", "get", "docs/t", "back", "--recursive")).toEqual(report(1, 2, 6) as never);
  expect(text("back/a/two.txt")).toBe("22");
  expect(await server.json("files", "mv", "docs/t/a", "docs/z", "--recursive")).toMatchObject({ moved: 2 });
  expect(await server.json("files", "rm", "docs/z", "--recursive")).toMatchObject({ deleted: 2 });
});

test("a file that is refused is named, and the others are stored", async () => {
  mkdirSync(inFolder("mixed"));
  writeFileSync(inFolder("mixed/fits.txt"), "x");
  writeFileSync(inFolder("mixed/large.txt"), "x".repeat(1001));
  symlinkSync(inFolder("note.txt"), inFolder("mixed/link.txt"));
  const mixed = await plinth("files", "put", "mixed", "docs/m");
  expect([mixed.code, mixed.out]).toEqual([1, "1 file stored, 1 failed (1 bytes).\n"]);
  expect(mixed.err).toContain("link.txt is no file, and is left out");
  expect(mixed.err).toContain("large.txt: ");
  const again = await plinth("files", "put", "mixed/fits.txt", "docs/m/fits.txt", "--if-absent");
  expect([again.code, again.err]).toEqual([2, expect.stringContaining("fits.txt: ")]);
});

test("what is written wrongly is explained", async () => {
  const cases: [string[], string][] = [
    [["get", "docs"], "is a folder"],
    [["rm", "docs", "--recursive"], "Name a folder of the bucket"],
    [["rm", "docs/a/"], "is a folder"],
    [["mv", "docs/a", "other/a"], "stays in its bucket"],
    [["put", "nothing.txt", "docs/"], "There is no file nothing.txt"],
    [["put", "tree", "docs", "--content-type", "a/b"], "goes with a single file"],
    [["get", "docs/nowhere", "--recursive"], "There are no files in docs/nowhere"],
    [["ls", "/a"], "names no bucket"],
  ];
  for (const [words, message] of cases) {
    const { code, out, err } = await plinth("files", ...words);
    expect([words, code, out, err]).toEqual([words, 2, "", expect.stringContaining(message)]);
  }
  expect(existsSync(inFolder("nowhere"))).toBe(false);
});

test("a file whose bytes are gone is found", async () => {
  await write("kept.txt", "kept");
  expect((await plinth("files", "put", "kept.txt", "docs/check/kept.txt")).code).toBe(0);
  const good = await plinth("files", "check");
  expect([good.code, good.out]).toEqual([0, expect.stringMatching(/^\d+ files checked\. Nothing is wrong\.\n$/)]);
  const [kept] = (await server.json("files", "ls", "docs/check")) as { content: string }[];
  for (const name of readdirSync(inFolder("data/files"), { recursive: true, encoding: "utf8" })) {
    if (name.includes(kept!.content)) rmSync(inFolder(`data/files/${name}`));
  }
  const bad = await plinth("files", "check");
  expect([bad.code, bad.out]).toEqual([1, expect.stringContaining("docs/check/kept.txt: its bytes are missing")]);
});

test("no answer of a server leads out of the folder", async () => {
  const listed = { data: [{ path: "t/../../evil.txt", size: 1, sha256: "0" }], next_cursor: null };
  const other = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => Response.json(listed) });
  stop = () => other.stop(true);
  const { code, err } = await plinth("files", "get", "docs/t", "inside", "--recursive", "--url", other.url.origin);
  expect([code, err]).toEqual([2, expect.stringContaining("would lead out of inside")]);
  expect(existsSync(inFolder("evil.txt"))).toBe(false);
});

let stop = (): unknown => undefined;
afterAll(() => void stop());
