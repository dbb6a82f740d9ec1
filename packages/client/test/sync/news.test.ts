import { expect, test } from "bun:test";
import { PlinthClientError } from "../../src/index.ts";
import { newsBy } from "../../src/sync/news.ts";

const SHAPES = { posts: {} };
const answer = (next: string, more = false) => JSON.stringify({ changes: [], next, more });

/** A server whose streams are written by the test; `asked` lists their `after`. */
function streams(headers: Record<string, string> = { "content-type": "text/event-stream" }) {
  const asked: (string | undefined)[] = [];
  const open: { write(text: string): void; end(): void; readonly left: boolean }[] = [];
  const news = newsBy(async (_, after, signal) => {
    asked.push(after);
    let controller!: ReadableStreamDefaultController<Uint8Array>;
    let left = false;
    const body = new ReadableStream<Uint8Array>({
      start: (own) => {
        controller = own;
      },
      cancel: () => {
        left = true;
      },
    });
    signal.addEventListener("abort", () => {
      left = true;
      controller.error(signal.reason);
    });
    open.push({
      write: (text) => controller.enqueue(new TextEncoder().encode(text)),
      end: () => controller.close(),
      get left() {
        return left;
      },
    });
    return new Response(body, { headers });
  });
  /** Lets what waits for the stream go on. */
  const turn = () => new Promise((resolve) => setTimeout(resolve, 5));
  return { news, asked, open, turn, next: (after?: string, wait = true) => news.next(SHAPES, after, wait) };
}

test("one stream gives all that follows, without another request", async () => {
  const { asked, open, turn, next } = streams();
  const first = next("a");
  await turn();
  open[0]!.write(`:\n\nid: b\ndata: ${answer("b")}\n\nid: c\n\n`);
  expect(await first).toEqual({ changes: [], next: "b", more: false, streamed: true });
  // A new position alone.
  expect(await next("b")).toEqual({ changes: [], next: "c", more: false, streamed: true });
  open[0]!.write(`id: d\ndata: ${answer("d", true)}\n\n`);
  expect(await next("c")).toMatchObject({ next: "d", more: true });
  open[0]!.write(`id: e\ndata: ${answer("e")}\n\n`);
  // What follows at once comes by the stream too.
  expect(await next("d", false)).toMatchObject({ next: "e" });
  expect(asked).toEqual(["a"]);
});

test("what has not been stored is asked for again, by another stream", async () => {
  const { asked, open, turn, next } = streams();
  const first = next("a");
  await turn();
  open[0]!.write(`id: b\ndata: ${answer("b")}\n\n`);
  await first;
  expect(await next("a", false)).toBeUndefined();
  expect(open[0]!.left).toBe(true);
  void next("a");
  await turn();
  expect(asked).toEqual(["a", "a"]);
});

test("whoever does not wait any more leaves the stream", async () => {
  const { news, open, turn } = streams();
  const abort = new AbortController();
  const waiting = news.next(SHAPES, "a", true, abort.signal).catch((error: unknown) => error);
  await turn();
  abort.abort();
  expect(await waiting).toMatchObject({ code: "UNREACHABLE" });
  expect([open[0]!.left, news.works]).toEqual([true, true]);
});

test("a host that ends each stream after a while is asked for the next one at once, another by a request", async () => {
  const { news, asked, open, turn, next } = streams();
  const first = next("a");
  await turn();
  open[0]!.write(`id: b\ndata: ${answer("b")}\n\n`);
  await first;
  const second = next("b");
  open[0]!.write("retry: 0\n\n");
  open[0]!.end();
  await turn();
  expect(asked).toEqual(["a", "b"]);
  open[1]!.write(`id: c\ndata: ${answer("c")}\n\n`);
  expect(await second).toMatchObject({ next: "c" });
  open[1]!.write('data: {"event":"closed","code":"UNAUTHORIZED","message":"over","status":401}\n\n');
  expect(await next("c")).toBeUndefined();
  expect(news.works).toBe(true);
});

test("where streams do not get through, requests wait", async () => {
  const json = streams({ "content-type": "application/json" });
  expect(await json.next("a")).toBeUndefined();
  expect(json.news.works).toBe(false);
  expect(await json.next("a")).toBeUndefined();
  expect(json.asked).toEqual(["a"]);
  const brief = streams();
  for (let i = 0; i < 3; i++) {
    const next = brief.next("a");
    await brief.turn();
    brief.open[i]!.end();
    expect(await next).toBeUndefined();
  }
  expect(brief.news.works).toBe(false);
});

test("a refusal is thrown as the server says it", async () => {
  const refusal = new PlinthClientError("OVERLOADED", "busy", 503);
  const news = newsBy(() => Promise.reject(refusal));
  expect(await news.next(SHAPES, "a", true).catch((error: unknown) => error)).toBe(refusal);
  expect(news.works).toBe(true);
});
