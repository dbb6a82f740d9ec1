import { expect, test } from "bun:test";
import { inSlices } from "./slices.ts";

async function* batches() {
  yield Array.from({ length: 450 }, (_, i) => i);
  yield [];
  yield [450];
}

test("all rows come once and in order, a few at a time", async () => {
  const slices = await Array.fromAsync(inSlices(batches()));
  expect(slices.map(({ length }) => length)).toEqual([200, 200, 50, 1]);
  expect(slices.flat()).toEqual(Array.from({ length: 451 }, (_, i) => i));
});

test("whoever works long with a slice lets others in before the next", async () => {
  const { port1, port2 } = new MessageChannel();
  let heard = 0;
  port1.onmessage = () => heard++;
  const heardBefore: number[] = [];
  for await (const _ of inSlices(batches())) {
    heardBefore.push(heard);
    port2.postMessage(null);
    const end = performance.now() + 15;
    while (performance.now() < end);
  }
  port1.close();
  expect(heardBefore).toEqual([0, 1, 2, 3]);
});
