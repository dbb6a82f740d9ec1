import { describe, expect, test } from "bun:test";
import { type ClientOptions, createClient, PlinthClientError } from "../src/index.ts";
import { growing, pauses, withoutWaiting } from "./support.ts";

withoutWaiting();

const url = "http://server.test";

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: string | undefined;
}

type Answer = (init: RequestInit, n: number) => Response | Promise<Response>;

/** A client whose server gives these answers in turn, and then the last one again. */
function clientOf(answers: readonly Answer[], options: Partial<ClientOptions> = {}) {
  const sent: Sent[] = [];
  const fetch = async (input: URL, init: RequestInit = {}): Promise<Response> => {
    const { method = "GET", body } = init;
    const { pathname, search } = new URL(input);
    const answer = answers[Math.min(sent.length, answers.length - 1)]!;
    sent.push({ method, path: pathname + search, headers: new Headers(init.headers), body: body as string });
    return answer(init, sent.length);
  };
  return { sent, client: createClient({ url, key: "sk_live_x", fetch: fetch as never, ...options }) };
}

const ok = (): Response => Response.json({ data: { id: "1" } });
const lost = (): never => {
  throw new TypeError("fetch failed");
};
const refusal =
  (status: number, headers: Record<string, string> = {}): Answer =>
  () =>
    Response.json({ error: { code: "REFUSED", message: "no", details: { field: "a" } } }, { status, headers });
const never: Answer = ({ signal }) =>
  new Promise((_, reject) => signal?.addEventListener("abort", () => reject(new DOMException("", "AbortError"))));

async function failure(call: Promise<unknown>): Promise<PlinthClientError> {
  const error = await call.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(PlinthClientError);
  return error as PlinthClientError;
}

const keysOf = (sent: readonly Sent[]) => sent.map(({ headers }) => headers.get("idempotency-key"));

describe("a lost request is sent again", () => {
  test("a read without a key, a write with the same key each time", async () => {
    const reading = clientOf([lost, lost, ok]);
    await reading.client.from("a").one("1");
    expect(keysOf(reading.sent)).toEqual([null, null, null]);
    expect(pauses).toEqual(growing(2));

    const writing = clientOf([lost, ok]);
    await writing.client.from("a").update("1", { b: 2 });
    await writing.client.batch((batch) => batch.from("a").create({}));
    const [first, second, third] = keysOf(writing.sent);
    expect(first).toMatch(/^"[0-9a-f-]{36}"$/);
    expect(second).toBe(first!);
    expect(third).not.toBe(first!);
  });

  test.each([
    [408, {}, 3],
    [429, { "retry-after": "1" }, 3],
    [502, {}, 3],
    [503, {}, 3],
    [504, {}, 3],
    // An earlier attempt is still running: for 20 seconds.
    [409, { "retry-after": "1" }, 15],
    // Others would be refused again; so long nobody waits.
    [409, {}, 1],
    [500, {}, 1],
    [422, {}, 1],
    [429, { "retry-after": "60" }, 1],
  ])("after a %i with %p: %i attempts", async (status, headers, attempts) => {
    const { sent, client } = clientOf([refusal(status, headers)]);
    const error = await failure(client.from("a").create({}));
    expect(sent).toHaveLength(attempts);
    const retryAfter = "retry-after" in headers ? Number(headers["retry-after"]) : undefined;
    expect(error).toMatchObject({ code: "REFUSED", status, details: { field: "a" } });
    expect(error.retryAfter).toBe(retryAfter!);
    expect(pauses[0] ?? 0).toBe(attempts === 1 ? 0 : (retryAfter ?? 0) * 1000 + growing(1)[0]!);
  });

  test("as often as is wished, for the client or for a call", async () => {
    const { sent, client } = clientOf([lost], { retries: 0 });
    expect(await failure(client.from("a").list())).toMatchObject({ code: "UNREACHABLE", status: 0 });
    expect(sent).toHaveLength(1);
    await failure(client.from("a").list({}, { retries: 1 }));
    expect(sent).toHaveLength(3);
  });

  test("with the caller's own key, but not a stream, which can be read once only", async () => {
    const { sent, client } = clientOf([lost]);
    await failure(client.from("a").create({}, { idempotencyKey: "mine", retries: 1 }));
    expect(keysOf(sent)).toEqual(['"mine"', '"mine"']);
    await failure(client.from("a").import(new Blob(["a"]).stream(), { format: "csv" }));
    expect(sent).toHaveLength(3);
  });

  test("an answer that ends in the middle, but not one that is not JSON", async () => {
    const broken = new Response(new ReadableStream({ start: (c) => c.error(new TypeError("terminated")) }));
    const cut = clientOf([() => broken, ok]);
    await cut.client.from("a").one("1");
    expect(cut.sent).toHaveLength(2);
    const odd = clientOf([() => new Response("<html>")]);
    expect(await failure(odd.client.from("a").one("1"))).toMatchObject({ code: "UNKNOWN", status: 200 });
    expect(odd.sent).toHaveLength(1);
  });
});

describe("a call ends early", () => {
  test("by its signal: before, during and between attempts", async () => {
    const { sent, client } = clientOf([never]);
    const reason = new Error("left the page");
    const begun = new AbortController();
    const reading = failure(client.from("a").list({}, { signal: begun.signal }));
    await Bun.sleep(0);
    begun.abort(reason);
    expect(await reading).toMatchObject({ code: "ABORTED", status: 0, cause: reason });
    expect(await failure(client.from("a").list({}, { signal: begun.signal }))).toMatchObject({ code: "ABORTED" });
    expect(sent).toHaveLength(1);

    const between = new AbortController();
    const retrying = clientOf([
      () => {
        between.abort();
        return lost();
      },
    ]);
    expect(await failure(retrying.client.from("a").list({}, { signal: between.signal }))).toMatchObject({
      code: "ABORTED",
    });
    expect(retrying.sent).toHaveLength(1);
  });

  test("a subscription and a live query end with their signal, also with one that has ended before", async () => {
    const { sent, client } = clientOf([never], { transport: "sse" });
    const abort = new AbortController();
    const { signal } = abort;
    const states: string[] = [];
    const onState = (state: string) => void states.push(state);
    const both = [
      client.from("a").subscribe({ signal, onState }, () => undefined),
      client.from("a").live({}, () => undefined, { signal, onState }),
    ];
    await Bun.sleep(0);
    expect(sent).toHaveLength(2);
    abort.abort();
    both.push(client.from("a").subscribe({ signal, onState }, () => undefined));
    expect(both.map(({ state }) => state)).toEqual(["closed", "closed", "closed"]);
    expect(states).toEqual(["closed", "closed", "closed"]);
    await Bun.sleep(0);
    expect(sent).toHaveLength(2);
  });

  test("by its time, and is sent again", async () => {
    const { sent, client } = clientOf([never, ok], { timeoutMs: 1234 });
    await client.from("a").one("1");
    expect(sent).toHaveLength(2);
    expect(await failure(clientOf([never]).client.from("a").one("1", {}, { timeoutMs: 5, retries: 0 }))).toMatchObject({
      code: "TIMEOUT",
      message: "No answer in 5 ms.",
    });
  });
});

test("parameters are sent as the API takes them, in a body where they are long", async () => {
  const { sent, client } = clientOf([() => Response.json({ data: [], has_more: false })]);
  const expand = { pot: { fields: "name" } };
  await client.from("a b").list({ filter: { c: 1 }, sort: ["-d", "e"], expand, limit: 5, explain: true });
  expect(decodeURIComponent(sent[0]!.path)).toBe(
    '/api/items/a b?filter={"c":1}&sort=-d,e&expand={"pot":{"fields":"name"}}&limit=5&explain=1',
  );
  const filter = { id: { _in: ["x".repeat(4000)] } };
  await client.from("a").list({ filter, explain: true });
  expect(sent[1]).toMatchObject({ method: "POST", path: "/api/items/a/query" });
  expect(JSON.parse(sent[1]!.body!)).toEqual({ filter, explain: true });
  await client.from("a").updateWhere({}, { b: 1 }, { all: true, limit: 9 });
  expect(decodeURIComponent(sent[2]!.path)).toBe("/api/items/a?filter={}&limit=9&all=true");
});

test("an id that leads elsewhere is refused, and so is none", async () => {
  const { sent, client } = clientOf([ok]);
  for (const id of ["", ".", "..", undefined]) {
    expect(
      String(
        await client
          .from("a")
          .delete(id as string)
          .catch(String),
      ),
    ).toContain("id must be a text");
    expect(() => client.from(id as string)).toThrow("slug must be a text");
  }
  await client.from("a").one("../b?c");
  expect(sent.map(({ path }) => path)).toEqual(["/api/items/a/..%2Fb%3Fc"]);
});

test("what cannot be sent as it is meant is refused before it is sent", async () => {
  const { sent, client } = clientOf([ok]);
  const a = client.from("a");
  expect(String(await a.create({ b: { c: Number.NaN } }).catch(String))).toContain("c: expected a number that JSON");
  expect(String(await a.create({ b: 1n as never }).catch(String))).toContain("TypeError");
  expect(String(await a.create({}, { idempotencyKey: "ü" }).catch(String))).toContain("printable ASCII");
  for (const wrong of ["", "server.test", "/", "ftp://server.test", undefined])
    expect(() => createClient({ url: wrong as string })).toThrow("url must be an address such as");
  for (const key of ["", "pk_live_x\n", "pk live"])
    expect(() => createClient({ url, key })).toThrow("key must be a text");
  expect(sent).toEqual([]);
});

test("a redirect is not followed: a write would become a read, and another server would get the key", async () => {
  const moved = new Response(null, { status: 301, headers: { location: "https://server.test/api/items/a" } });
  const { sent, client } = clientOf([() => moved]);
  expect(await failure(client.from("a").create({}))).toMatchObject({
    code: "REDIRECTED",
    status: 301,
    message: expect.stringContaining("redirects to https://server.test/api/items/a: give createClient"),
  });
  expect(sent).toHaveLength(1);
});

test("no limit of time is no timer", async () => {
  for (const timeoutMs of [0, Number.POSITIVE_INFINITY, 2 ** 40]) {
    const { client } = clientOf([() => Bun.sleep(2).then(ok)]);
    expect(await client.from("a").one("1", {}, { timeoutMs })).toEqual({ id: "1" });
  }
});

test("any other request goes to the API with the caller's credentials, and nowhere else", async () => {
  const { sent, client } = clientOf([ok, refusal(503)], { workspace: "w" });
  expect(await (await client.request("/api/keys", { body: { kind: "secret" } })).json()).toEqual({ data: { id: "1" } });
  expect(sent[0]).toMatchObject({ method: "POST", path: "/api/t/w/keys", body: '{"kind":"secret"}' });
  expect(sent[0]!.headers.get("x-api-key")).toBe("sk_live_x");
  expect(await failure(client.request("api/keys", { method: "DELETE" }))).toMatchObject({ status: 503 });
  for (const path of ["https://evil.test/api/", "//evil.test/api/", "keys"]) {
    expect(String(await client.request(path).catch(String))).toContain("the path must begin with api/");
  }
  expect(sent).toHaveLength(2);
});

test("a misspelt option is refused, with the one that is near", async () => {
  const { sent, client } = clientOf([ok]);
  const a = client.from("a");
  const wrong = (text: object) => text as never;
  const calls: [string, Promise<unknown>][] = [
    ["filter", a.list(wrong({ filtr: {} }))],
    ["signal", a.list({}, wrong({ sginal: 1 }))],
    ["expand", a.one("1", wrong({ expnad: "b" }))],
    ["group_by", a.aggregate(wrong({ groupBy: [] }))],
    ["if_version", a.update("1", {}, wrong({ ifVersion: 1 }))],
    ["on_conflict", a.upsert({}, wrong({ onConflict: "b" }))],
    ["dry_run", a.deleteWhere({}, wrong({ dryRun: true }))],
    ["idempotencyKey", a.create({}, wrong({ idempotencykey: "1" }))],
    ["format", a.import("", wrong({ formt: "csv" }))],
    ["fields", a.export(wrong({ feilds: "b" }))],
    ["exists", client.batch((batch) => batch.from("a").guard(wrong({ exsits: true })))],
    ["if_version", client.batch((batch) => batch.from("a").update("1", {}, wrong({ ifVersion: 1 })))],
  ];
  for (const [near, call] of calls) expect(String(await call.catch(String))).toContain(`did you mean ${near}?`);
  expect(() => a.all(wrong({ limt: 1 }))).toThrow("did you mean limit?");
  expect(sent).toEqual([]);
});

test("a batch gives back what the function returned, with results in place of operations", async () => {
  const answer = { data: [{ id: "1" }, { id: "2" }, { id: "3" }], meta: { results: [null, "updated", null] } };
  const { sent, client } = clientOf([() => Response.json(answer)]);
  const results = await client.batch((batch) => {
    const made = batch.from("a").create({});
    const known = batch.from("b").upsert({ a: made.ref("id") }, { on_conflict: ["x", "y"] });
    return {
      list: [made, known],
      gone: batch.from("a").delete(known.ref("id"), { if_version: 4 }),
      note: "n",
    } as const;
  });
  expect(results).toEqual({
    list: [{ id: "1" }, { data: { id: "2" }, result: "updated" }],
    gone: undefined,
    note: "n",
  });
  expect(JSON.parse(sent[0]!.body!)).toEqual({
    operations: [
      { op: "create", collection: "a", data: {} },
      { op: "upsert", collection: "b", data: { a: { $ref: "ops.0.id" } }, on_conflict: "x,y" },
      { op: "delete", collection: "a", id: { $ref: "ops.1.id" }, if_version: 4 },
    ],
  });
  expect(String(await client.batch(async () => undefined).catch(String))).toContain("must not be async");
  expect(sent).toHaveLength(1);
});
