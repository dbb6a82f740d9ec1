import { expect, test } from "bun:test";
import { createClient } from "../src/index.ts";
import { growing, pass, pauses, withoutWaiting } from "./support.ts";

withoutWaiting();

/** Follows items over answers that end; the nth has this text. Resolves after `count` answers. */
async function answers(count: number, nth: (n: number) => { type: string; text: string }): Promise<void> {
  const done = Promise.withResolvers<void>();
  let requests = 0;
  const answer = async (_: unknown, init?: RequestInit): Promise<Response> => {
    if (requests < count) {
      const { type, text } = nth(requests++);
      return new Response(text, { headers: { "content-type": type } });
    }
    done.resolve();
    return new Promise((_, reject) => init?.signal?.addEventListener("abort", () => reject(new Error("aborted"))));
  };
  const fetch = answer as typeof globalThis.fetch;
  const client = createClient({ url: "http://server.test", transport: "sse", fetch });
  const subscription = client.from("notes").subscribe({}, () => {});
  await done.promise;
  subscription.close();
}

const events = (...messages: object[]) => ({
  type: "text/event-stream",
  text: `${messages.map((message, i) => `id: ${i}\ndata: ${JSON.stringify(message)}\n\n`).join("")}retry: 0\n\n`,
});
const poll = (...data: object[]) => ({ type: "application/json", text: JSON.stringify({ data, next: "1" }) });
const ready = { event: "ready", position: "1" };
const entered = { event: "enter", id: "a", data: {}, position: "2" };

test("answers that a host ends after it has sent something are requested again at once", async () => {
  await answers(12, (n) => (n === 0 ? events(ready) : events(ready, entered)));
  await answers(12, (n) => (n === 0 ? poll() : poll(entered)));
  expect(pauses).toEqual([]);
});

test("so are those that it ends after it has waited for something", async () => {
  await answers(12, (n) => {
    if (n > 0) pass(20_000);
    return events(ready);
  });
  expect(pauses).toEqual([]);
});

test("those that end at once without an event are requested less and less often", async () => {
  await answers(6, () => events(ready));
  expect(pauses).toEqual(growing(5));
});

test("so are polls", async () => {
  await answers(6, () => poll());
  expect(pauses).toEqual(growing(5));
});
