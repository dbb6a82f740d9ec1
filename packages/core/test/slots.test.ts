import { expect, test } from "bun:test";
import { Slots } from "../src/sandbox/slots.ts";

test("the next place is of who has the fewest, and who has left waits for none", async () => {
  const slots = new Slots(2);
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const leaving = new AbortController();
  const use = (owner: string, name: string, signal?: AbortSignal) =>
    slots.use({ owner, signal }, async () => {
      begun.push(name);
      await new Promise<void>((resolve) => ends.push(resolve));
      return name;
    });
  const all = [use("a", "a1"), use("a", "a2"), use("a", "a3"), use("c", "c1", leaving.signal), use("b", "b1")];
  leaving.abort();
  expect(await all[3]).toBeUndefined();
  expect(await use("c", "c2", leaving.signal)).toBeUndefined();
  ends[0]!();
  await all[0];
  await Bun.sleep(0);
  expect(begun).toEqual(["a1", "a2", "b1"]);
  ends[1]!();
  await all[1];
  await Bun.sleep(0);
  expect(begun).toEqual(["a1", "a2", "b1", "a3"]);
  for (const end of ends) end();
  expect(await Promise.all(all)).toEqual(["a1", "a2", "a3", undefined, "b1"]);
  expect(await use("a", "a4", AbortSignal.abort())).toBeUndefined();
});
