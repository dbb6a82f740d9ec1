import { expect, test } from "bun:test";
import { toHex } from "@plinth/core";
import { crc32c, crc64nvme, runningCrc32 } from "./crc.ts";
import { crcOfBoth } from "./crc-of-both.ts";

/** https://reveng.sourceforge.io/crc-catalogue/ gives each for these digits. */
test.each([
  [runningCrc32, "cbf43926"],
  [crc32c, "e3069283"],
  [crc64nvme, "ae8b14860a799888"],
] as const)("%p of nine digits, however they arrive", (begin, expected) => {
  const bytes = new TextEncoder().encode("123456789");
  for (const at of [0, 1, 4, 8, 9]) {
    const crc = begin();
    crc.update(bytes.subarray(0, at));
    crc.update(bytes.subarray(at));
    expect(toHex(crc.digest())).toBe(expected);
  }
});

test.each([
  ["crc32", runningCrc32],
  ["crc32c", crc32c],
  ["crc64nvme", crc64nvme],
] as const)("%s of two texts together, by those of both", (name, begin) => {
  const of = (bytes: Uint8Array) => {
    const crc = begin();
    crc.update(bytes);
    return crc.digest();
  };
  const bytes = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) >> 3);
  for (const at of [0, 1, 4096, 5000]) {
    const both = crcOfBoth(name, of(bytes.subarray(0, at)), of(bytes.subarray(at)), bytes.length - at);
    expect(toHex(both)).toBe(toHex(of(bytes)));
  }
});
