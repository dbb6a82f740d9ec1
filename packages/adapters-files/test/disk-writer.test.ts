import { describe, expect, test } from "bun:test";
import type { FileHandle } from "node:fs/promises";
import { DiskWriter } from "../src/disk-writer.ts";

interface FakeFile {
  readonly handle: FileHandle;
  /** What each call was given, in bytes. */
  readonly calls: number[];
  written(): number[];
}

/** Takes at most `most` bytes at once, as a system may, and each write takes a turn. `failsAt`: the call that fails. */
function fakeFile(most: number, failsAt = Number.POSITIVE_INFINITY): FakeFile {
  const bytes: number[] = [];
  const calls: number[] = [];
  let isBusy = false;
  const take = async (chunks: readonly Uint8Array[]) => {
    if (isBusy) throw new Error("two writes at once");
    isBusy = true;
    const given = chunks.flatMap((chunk) => [...chunk]);
    calls.push(given.length);
    await new Promise((resolve) => setTimeout(resolve, 0));
    isBusy = false;
    if (calls.length === failsAt) throw Object.assign(new Error("full"), { code: "ENOSPC" });
    const taken = given.slice(0, most);
    bytes.push(...taken);
    return { bytesWritten: taken.length };
  };
  const handle = { write: (chunk: Uint8Array) => take([chunk]), writev: take } as unknown as FileHandle;
  return { handle, calls, written: () => bytes };
}

const chunksOf = (sizes: readonly number[]) => {
  let next = 0;
  return sizes.map((size) => Uint8Array.from({ length: size }, () => next++ % 251));
};

describe("disk writer", () => {
  test("whatever the system takes at once, all bytes are written once and in order", async () => {
    for (const most of [1, 2, 7, 1000]) {
      const file = fakeFile(most);
      const writer = new DiskWriter(file.handle);
      const chunks = chunksOf([3, 1, 10, 2, 5]);
      const expected = chunks.flatMap((chunk) => [...chunk]);
      for (const chunk of chunks) await writer.write(chunk);
      await writer.end();
      expect(file.written()).toEqual(expected);
    }
  });

  test("what arrives during a write is written together, and its memory is given back", async () => {
    const file = fakeFile(1000);
    const writer = new DiskWriter(file.handle);
    const chunks = chunksOf([4, 2, 3]);
    for (const chunk of chunks) expect(writer.write(chunk)).toBeUndefined();
    await writer.end();
    expect(file.calls).toEqual([4, 5]);
    expect(chunks.map(({ byteLength }) => byteLength)).toEqual([0, 0, 0]);
  });

  test("who brings more than may wait has to wait for the file", async () => {
    const file = fakeFile(1_000_000);
    const writer = new DiskWriter(file.handle);
    expect(writer.write(new Uint8Array(10))).toBeUndefined();
    await writer.write(new Uint8Array(512 * 1024));
    expect(file.written().length).toBe(10 + 512 * 1024);
  });

  test("after a failure nothing more is written, and each further call says it", async () => {
    const file = fakeFile(2, 2);
    const writer = new DiskWriter(file.handle);
    void writer.write(new Uint8Array(5));
    expect(String(await writer.end().catch((error: unknown) => error))).toContain("ENOSPC");
    expect(() => writer.write(new Uint8Array(1))).toThrow("ENOSPC");
    await writer.stop();
    expect(file.calls.length).toBe(2);
  });
});
