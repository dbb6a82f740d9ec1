import { expect, test } from "bun:test";
import { fileStream } from "./file-stream.ts";

const errors: unknown[] = [];
const onError = (error: unknown) => void errors.push(error);

async function* pieces(size: number, atEnd = () => {}): AsyncGenerator<string, void> {
  try {
    for (let i = 0; i < 100; i++) yield "x".repeat(size);
  } finally {
    atEnd();
  }
}

/** Whether the file has ended within the time. */
const endsWithin = (ms: number, ended: Promise<void>) =>
  Promise.race([ended.then(() => true), Bun.sleep(ms).then(() => false)]);

test("a file ends when it was read, when its reader leaves, and when it is not read", async () => {
  const whole = fileStream(pieces(10), { onError });
  expect(await new Response(whole.body).text()).toHaveLength(1000);
  await whole.ended;
  const left = fileStream(pieces(10), { onError });
  await left.body.getReader().cancel();
  await left.ended;
  const unread = fileStream(pieces(10), { onError, stallMs: 20 });
  expect(await endsWithin(500, unread.ended)).toBe(true);
});

test("a reader that takes a little again and again uses up its time", async () => {
  const readSlowly = async (size: number, options = {}) => {
    const { body, ended } = fileStream(pieces(size), { onError, stallMs: 100, ...options });
    const reader = body.getReader();
    let open = true;
    const reading = (async () => {
      for (let i = 0; i < 20 && open; i++) {
        await Bun.sleep(20);
        await reader.read().catch(() => (open = false));
      }
    })();
    const early = await endsWithin(350, ended);
    await reading;
    await reader.cancel().catch(() => {});
    return early;
  };
  expect(await readSlowly(1)).toBe(true);
  expect(await readSlowly(10_000)).toBe(false);
  expect(await readSlowly(10_000, { minBytesPerSecond: 10_000_000 })).toBe(true);
});

test("a source that cannot be closed still ends the file", async () => {
  const broken = () =>
    pieces(10, () => {
      throw new Error("no longer connected");
    });
  const left = fileStream(broken(), { onError });
  const reader = left.body.getReader();
  await reader.read();
  await reader.cancel().catch(() => {});
  await left.ended;
  errors.length = 0;
  await fileStream(broken(), { onError, stallMs: 20 }).ended;
  await Bun.sleep(0);
  expect(errors.map(String)).toEqual(["Error: no longer connected"]);
});

test("while its reader does not read, a file gives its place back, and takes one before it goes on", async () => {
  const events: string[] = [];
  const paused = Promise.withResolvers<void>();
  const free = Promise.withResolvers<void>();
  const slot = {
    pause: () => {
      events.push("pause");
      paused.resolve();
    },
    resume: async () => {
      events.push("resume");
      if (events.includes("pause")) await free.promise;
    },
  };
  async function* pieces() {
    for (const piece of ["a", "b", "c"]) {
      events.push(piece);
      yield piece;
    }
  }
  const { body, ended } = fileStream(pieces(), { onError: () => {}, slot });
  await paused.promise;
  expect(events).toEqual(["resume", "a", "pause"]);
  const text = new Response(body).text();
  await Bun.sleep(0);
  expect(events).toEqual(["resume", "a", "pause", "resume"]);
  free.resolve();
  expect(await text).toBe("abc");
  await ended;
});
