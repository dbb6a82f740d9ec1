import { expect, test } from "bun:test";
import { steadyBody } from "./body-timeout.ts";

const MS = 50;
const kilobytes = (count: number): Uint8Array => new Uint8Array(count * 1024).fill(7);

test("a body that stops arriving ends with REQUEST_TIMEOUT, and its source is cancelled", async () => {
  let cancelled = false;
  const silent = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(kilobytes(2)),
    cancel() {
      cancelled = true;
    },
  });
  await expect(new Response(steadyBody(silent, MS)).arrayBuffer()).rejects.toThrow(
    expect.objectContaining({ code: "REQUEST_TIMEOUT" }),
  );
  expect(cancelled).toBe(true);
});

test("bytes that come one by one use up the time of a kilobyte", async () => {
  const trickle = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        await Bun.sleep(MS / 10);
        controller.enqueue(new Uint8Array(1));
      },
    },
    { highWaterMark: 0 },
  );
  await expect(new Response(steadyBody(trickle, MS)).arrayBuffer()).rejects.toThrow(
    expect.objectContaining({ code: "REQUEST_TIMEOUT" }),
  );
});

test("the time in which nobody reads does not count", async () => {
  let left = 3;
  const ready = new ReadableStream<Uint8Array>({
    pull: (controller) => (left-- > 0 ? controller.enqueue(kilobytes(1)) : controller.close()),
  });
  let bytes = 0;
  // What is there already arrives before any timer ends.
  for await (const chunk of steadyBody(ready, 0)) {
    bytes += chunk.byteLength;
    await Bun.sleep(5);
  }
  expect(bytes).toBe(3 * 1024);
});

test("an error of the source is the body's", async () => {
  const broken = new ReadableStream<Uint8Array>({ pull: () => Promise.reject(new Error("cut")) });
  await expect(new Response(steadyBody(broken, MS)).arrayBuffer()).rejects.toThrow("cut");
});
