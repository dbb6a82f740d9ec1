import { expect, test } from "bun:test";
import { toHex } from "@plinth/core";
import { crc32c, crc64nvme, runningCrc32 } from "./crc.ts";

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
