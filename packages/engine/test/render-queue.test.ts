import { expect, test } from "bun:test";
import { newRenderQueue } from "../src/features/files/images/render-queue.ts";

test("some run at a time, the others in their order, and those that fail leave their place", async () => {
  const queue = newRenderQueue(2);
  const ends: (() => void)[] = [];
  const begun: number[] = [];
  const all = Array.from({ length: 4 }, (_, n) =>
    queue.run(async () => {
      begun.push(n);
      await new Promise<void>((resolve) => ends.push(resolve));
      if (n === 0) throw new Error("damaged");
    }),
  );
  const settled = Promise.allSettled(all);
  expect(begun).toEqual([0, 1]);
  ends[0]!();
  await all[0]!.catch(() => {});
  await Promise.resolve();
  expect(begun).toEqual([0, 1, 2]);
  for (let n = 1; n < 4; n++) {
    ends[n]!();
    await all[n];
  }
  expect((await settled).map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled", "fulfilled"]);
});

test("one key is made once for all who wait for it, and again later", async () => {
  const queue = newRenderQueue(1);
  let made = 0;
  const ask = () => queue.shared("a", async () => ++made);
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1]);
  expect(await ask()).toBe(2);
});

test("more than may wait are refused, with the time after which to try again", async () => {
  const queue = newRenderQueue(1);
  let end = (): void => {};
  const first = queue.run(() => new Promise<void>((resolve) => (end = resolve)));
  const waiting = Array.from({ length: 64 }, () => queue.run(async () => {}));
  await expect(queue.run(async () => {})).rejects.toMatchObject({ code: "OVERLOADED", details: { retry_after: 2 } });
  end();
  await Promise.all([first, ...waiting]);
});
