import { expect, test } from "bun:test";
import { openUrl } from "../src/features/files/from-url/open-url.ts";
import { steadyAnswer } from "../src/features/files/from-url/steady-answer.ts";

const ever = new AbortController().signal;

/** Sends so many bytes each time it is asked, as long as there are any, and then nothing. */
function answer(pieces: readonly number[], onCancel = (): void => {}): ReadableStream<Uint8Array> {
  const rest = [...pieces];
  return new ReadableStream(
    {
      pull(controller) {
        const next = rest.shift();
        if (next === undefined) return new Promise(() => {});
        controller.enqueue(new Uint8Array(next));
      },
      cancel: onCancel,
    },
    { highWaterMark: 0 },
  );
}

test("a server that stops sending is given up, and its connection is closed", async () => {
  const cancelled = Promise.withResolvers<void>();
  const steady = steadyAnswer(answer([100, 100], cancelled.resolve), { bytes: 1000, ms: 50 }, ever);
  const refusal = { code: "VALIDATION", details: { field: "url" } };
  await expect(new Response(steady).bytes()).rejects.toMatchObject(refusal);
  await cancelled.promise;
});

test("an answer that breaks off is the fault of the URL", async () => {
  const body = new ReadableStream<Uint8Array>({ pull: () => Promise.reject(new Error("connection reset")) });
  const send = async () => ({ status: 200, headers: new Headers(), body });
  const { body: opened } = await openUrl("https://files.example.com/a", send);
  await expect(new Response(opened).bytes()).rejects.toMatchObject({ code: "VALIDATION", details: { field: "url" } });
});
