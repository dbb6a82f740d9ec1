import { afterEach, expect, spyOn, test } from "bun:test";
import { until as eventually } from "@plinth/core/testing";
import { createElement, StrictMode } from "react";
import { act, create, type ReactTestRenderer } from "react-test-renderer";
import { type Client, createClient } from "../src/index.ts";
import { checksum } from "../src/items/checksum.ts";
import { useAuth, useList, useLive } from "../src/react/index.ts";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
const shown: unknown[] = [];
let tree: ReactTestRenderer | undefined;

afterEach(async () => {
  await act(async () => tree?.unmount());
  tree = undefined;
  shown.length = 0;
});

interface Given<P> {
  readonly hook: (props: P) => unknown;
  readonly props: P;
}

function Shown<P>({ hook, props }: Given<P>): null {
  shown.push(hook(props));
  return null;
}

/** Until the component shows it. React shows what has changed when an `act` ends. */
function until(expected: (last: never) => boolean): Promise<void> {
  return eventually(async () => {
    await act(() => Bun.sleep(1));
    return expected(shown.at(-1) as never);
  }, "what the component shows");
}

/** Renders in strict mode, in which React mounts everything twice. */
async function render<P>(hook: (props: P) => unknown, props: P): Promise<void> {
  const element = createElement(StrictMode, null, createElement(Shown<P>, { hook, props }));
  // It says that it is deprecated; there is no other renderer without a document.
  const quiet = spyOn(console, "error").mockImplementation(() => undefined);
  await act(async () => {
    if (tree) tree.update(element);
    else tree = create(element);
  });
  quiet.mockRestore();
}

type Asked = { readonly url: URL; readonly body: unknown; readonly signal: AbortSignal };

/** A client whose server answers polls and lists with these rows, and leaves streams open. */
function clientOf(rowsOf: (asked: Asked) => readonly object[]): { client: Client; open: Set<string>; asked: string[] } {
  const open = new Set<string>();
  const asked: string[] = [];
  const fetch = async (input: URL, init: RequestInit): Promise<Response> => {
    const url = new URL(input);
    const signal = init.signal!;
    const body = init.body === undefined ? undefined : JSON.parse(init.body as string);
    asked.push(url.pathname + url.search);
    if (url.pathname !== "/api/live") {
      await Bun.sleep(1);
      if (signal.aborted) throw new DOMException("", "AbortError");
      return Response.json({ data: rowsOf({ url, body, signal }), has_more: false });
    }
    const name = JSON.stringify(body);
    open.add(name);
    signal.addEventListener("abort", () => open.delete(name));
    const rows = rowsOf({ url, body, signal }).map((data, i) => ({ id: String(i), checksum: "c", data }));
    const message = { event: "snapshot", rows, checksum: checksum(rows) };
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(`data: ${JSON.stringify(message)}\n\n`));
        signal.addEventListener("abort", () => controller.error(new Error("aborted")));
      },
    });
    return new Response(stream, { headers: { "content-type": "text/event-stream" } });
  };
  const client = createClient({ url: "http://server.test", fetch: fetch as never, transport: "sse" });
  return { client, open, asked };
}

test("a live query follows its component: other queries, no query, the end", async () => {
  const { client, open } = clientOf(({ body }) => [{ n: (body as { filter: { n: number } }).filter.n }]);
  const hook = ({ n }: { n: number | undefined }) =>
    useLive(n === undefined ? undefined : client.from("a"), { filter: { n: n ?? null } });
  type State = ReturnType<typeof hook>;
  await render(hook, { n: 1 });
  expect(shown[0]).toEqual({ rows: undefined, state: "connecting", error: undefined });
  await until(({ rows }: State) => rows !== undefined);
  expect(shown.at(-1)).toEqual({ rows: [{ n: 1 }], state: "live", error: undefined });
  // The same query in another object.
  const renders = shown.length;
  await render(hook, { n: 1 });
  expect(shown.slice(renders)).toEqual([shown.at(-1), shown.at(-1)]);
  await render(hook, { n: 2 });
  // Never the rows of another query.
  expect(shown[renders + 2]).toEqual({ rows: undefined, state: "connecting", error: undefined });
  await until(({ rows }: State) => rows !== undefined);
  expect(shown.at(-1)).toMatchObject({ rows: [{ n: 2 }] });
  expect([...open]).toEqual(['{"filter":{"n":2},"collection":"a"}']);
  await render(hook, { n: undefined });
  expect(shown.at(-1)).toEqual({ rows: undefined, state: "closed", error: undefined });
  expect(open.size).toBe(0);
});

test("a refusal is shown, and another query begins anew", async () => {
  const { client } = clientOf(() => []);
  const refused = createClient({
    url: "http://server.test",
    fetch: (async () => Response.json({ error: { code: "FORBIDDEN", message: "no" } }, { status: 403 })) as never,
    transport: "sse",
  });
  const hook = ({ of }: { of: Client }) => useLive(of.from("a"), {});
  await render(hook, { of: refused });
  await until(({ error }: ReturnType<typeof hook>) => error !== undefined);
  expect(shown.at(-1)).toMatchObject({ rows: undefined, state: "closed", error: { code: "FORBIDDEN" } });
  await render(hook, { of: client });
  await until(({ rows }: ReturnType<typeof hook>) => rows !== undefined);
  expect(shown.at(-1)).toEqual({ rows: [], state: "live", error: undefined });
});

test("a list is read once, again when it is wished, and anew for another query", async () => {
  let reads = 0;
  const { client, asked } = clientOf(() => [{ read: ++reads }]);
  const hook = ({ limit }: { limit: number }) => useList(client.from("a"), { limit });
  const loaded = ({ loading }: ReturnType<typeof hook>): boolean => !loading;
  await render(hook, { limit: 1 });
  expect(shown[0]).toMatchObject({ page: undefined, loading: true });
  await until(loaded);
  const before = asked.length;
  const seen = shown.length;
  await act(async () => (shown.at(-1) as ReturnType<typeof hook>).reload());
  await until(loaded);
  expect(asked.slice(before)).toEqual(["/api/items/a?limit=1"]);
  // Meanwhile, the page of before is shown.
  expect((shown.slice(seen) as ReturnType<typeof hook>[]).filter(({ page }) => page === undefined)).toEqual([]);
  await render(hook, { limit: 2 });
  await until(loaded);
  expect(asked.at(-1)).toBe("/api/items/a?limit=2");
  expect(shown.at(-1)).toMatchObject({ page: { data: [{ read: reads }] }, loading: false, error: undefined });
});

test("who is signed in is known after a moment", async () => {
  const { client } = clientOf(() => []);
  await render(() => useAuth(client), {});
  expect(shown[0]).toEqual({ loading: true, session: undefined, user: undefined });
  await until(({ loading }: ReturnType<typeof useAuth>) => !loading);
  expect(shown.at(-1)).toEqual({ loading: false, session: undefined, user: undefined });
});
