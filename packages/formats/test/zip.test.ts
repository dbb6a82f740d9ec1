import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ZipArchive, type ZipFile, zipArchive, zipChecksum } from "../src/index.ts";

const AT = Date.UTC(2026, 10, 30, 12, 34, 56);

function file(name: string, content: string | Uint8Array, size?: number): ZipFile {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const open = async () =>
    (async function* () {
      yield bytes;
    })();
  return { name, size: size ?? bytes.byteLength, modifiedAt: AT, open };
}

async function bytesOf(archive: ZipArchive): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of archive.pieces()) pieces.push(piece);
  const bytes = new Uint8Array(await new Blob(pieces as BlobPart[]).arrayBuffer());
  expect(bytes.byteLength).toBe(archive.length);
  return bytes;
}

const READ = `
import sys, json, zipfile
archive = zipfile.ZipFile(sys.argv[1])
assert archive.testzip() is None
entries = archive.infolist()
print(json.dumps([len(entries), [[e.filename, e.file_size, e.date_time] for e in entries[:3]], len(archive.read(entries[-1]))]))
`;

/** What another program finds in it. */
async function readByPython(bytes: Uint8Array): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), "plinth-zip-"));
  try {
    await Bun.write(join(folder, "a.zip"), bytes);
    const { stdout, stderr, exitCode } = Bun.spawnSync(["python3", "-c", READ, join(folder, "a.zip")]);
    expect({ exitCode, stderr: String(stderr) }).toEqual({ exitCode: 0, stderr: "" });
    return JSON.parse(String(stdout));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("the checksum is that of the standard's example, however the bytes are cut", () => {
  const bytes = new TextEncoder().encode("123456789");
  expect(zipChecksum(bytes)).toBe(0xcbf43926);
  for (let cut = 0; cut <= 9; cut++)
    expect(zipChecksum(bytes.subarray(cut), zipChecksum(bytes.subarray(0, cut)))).toBe(0xcbf43926);
  expect(zipChecksum(new Uint8Array(0))).toBe(0);
});

const byPython = Bun.which("python3") ? test : test.skip;
const without = Bun.which("python3") ? "" : " — there is no python3";

byPython(`another program unpacks it${without}`, async () => {
  const large = new Uint8Array(300_000).map((_, i) => i % 251);
  const bytes = await bytesOf(
    zipArchive([file("a/größe 1.txt", "hello"), file("empty", ""), file("large.bin", large)]),
  );
  const when = [2026, 11, 30, 12, 34, 56];
  expect(await readByPython(bytes)).toEqual([
    3,
    [
      ["a/größe 1.txt", 5, when],
      ["empty", 0, when],
      ["large.bin", 300_000, when],
    ],
    300_000,
  ]);
});

byPython(`more files than the first form of zip counts${without}`, async () => {
  const files = Array.from({ length: 66_000 }, (_, n) => file(`${n}`, n === 65_999 ? "last" : ""));
  expect(await readByPython(await bytesOf(zipArchive(files)))).toMatchObject({ 0: 66_000, 2: 4 });
});

test("a file of another size, or one that cannot be read, leaves the archive without an end", async () => {
  const gone: ZipFile = { ...file("gone", "x"), open: () => Promise.reject(new Error("it is gone")) };
  await expect(bytesOf(zipArchive([file("first", "x"), gone]))).rejects.toThrow("it is gone");
  await expect(bytesOf(zipArchive([file("short", "abc", 5)]))).rejects.toThrow("3 bytes");
});

test("no name leads out of the folder", () => {
  for (const name of ["../a", "/a", "a/../b", "a//b", "", "c:/a", "a\\b", "."])
    expect(() => zipArchive([file(name, "x")])).toThrow(RangeError);
});
