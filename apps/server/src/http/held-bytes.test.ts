import { expect, test } from "bun:test";
import { HeldBytesLimit } from "./held-bytes.ts";

const MIB = 1024 * 1024;

test("where room is missing, what has been sent for long ends, first that of the address with the most", () => {
  let now = 0;
  const config = { trustProxy: 0 };
  const limit = new HeldBytesLimit(
    "answers that are being sent",
    1000,
    config,
    () => {},
    () => now,
  );
  const ended: string[] = [];
  const hold = (name: string, remoteAddress: string, mib: number) => {
    const held = limit.holder(new Headers(), { remoteAddress, defer() {} });
    limit.take(held, mib * MIB);
    limit.mayEnd(held, () => {
      ended.push(name);
      limit.release(held);
    });
  };
  hold("a", "10.0.0.1", 60);
  hold("b", "10.0.0.2", 100);
  now = 1;
  hold("c", "10.0.0.2", 20);
  now = 2;
  hold("d", "10.0.0.3", 70);
  now = 14_999;
  expect(() => hold("e", "10.0.0.4", 100)).toThrow("take more than 268435456 bytes");
  now = 15_000;
  // Of an address that has its share, only its own.
  hold("f", "10.0.0.2", 20);
  expect(ended).toEqual(["b"]);
  hold("g", "10.0.0.4", 100);
  expect(ended).toEqual(["b", "a"]);
  now = 15_001;
  // Only c may end, which would not be enough.
  expect(() => hold("h", "10.0.0.5", 120)).toThrow("take more than 268435456 bytes");
  expect(ended).toEqual(["b", "a"]);
  now = 15_002;
  hold("h", "10.0.0.5", 120);
  expect(ended).toEqual(["b", "a", "d", "c"]);
  hold("i", "10.0.0.6", 16);
  expect(() => hold("j", "10.0.0.6", 1)).toThrow("take more than 268435456 bytes");
});

test("an upload that grows ends others that have hardly sent anything, and never itself", () => {
  let now = 0;
  const config = { trustProxy: 0 };
  const limit = new HeldBytesLimit(
    "uploads in progress",
    1000,
    config,
    () => {},
    () => now,
  );
  const ended: string[] = [];
  const upload = (name: string, remoteAddress: string) => {
    const held = limit.holder(new Headers(), { remoteAddress, defer() {} });
    const { grow, renew } = limit.holdUpload(held, () => ended.push(name));
    return { grow: (mib: number) => grow(mib * MIB), renew };
  };
  const [slow, steady, fresh] = ["10.0.0.1", "10.0.0.2", "10.0.0.3"].map((address) => upload(address, address));
  slow!.grow(100);
  steady!.grow(100);
  fresh!.grow(50);
  now = 14_999;
  steady!.renew();
  expect(() => fresh!.grow(50)).toThrow("take more than 268435456 bytes");
  now = 15_000;
  fresh!.grow(50);
  expect(ended).toEqual(["10.0.0.1"]);
  now = 60_000;
  // Its address has its share.
  expect(() => fresh!.grow(100)).toThrow("take more than 268435456 bytes");
  expect(ended).toEqual(["10.0.0.1"]);
});
