import { expect, spyOn, test } from "bun:test";
import { systemClock } from "@plinth/adapters-memory";
import { PlinthError, type Principal, type RequestHost } from "@plinth/core";
import { testConfig } from "@plinth/core/testing";
import { type Context, Hono } from "hono";
import type { AppEnv, AppParts, RequestState } from "../context.ts";

import { admissionOf, createAdmission, REFUSE_AFTER_MS } from "./admission.ts";
import { jsonRead } from "./answer-read.ts";
import { fetchBy } from "./fetch.ts";
import { NATIVE } from "./native.ts";
import type { Handler } from "./route.ts";

const warnings: string[] = [];
const quiet = () => {};
const log = { debug: quiet, info: quiet, error: quiet, warn: (message: string) => void warnings.push(message) };

interface From {
  id?: string;
  address?: string;
  workspace?: string;
  signal?: AbortSignal;
}

function request({ id, address, workspace = "w", signal }: From): Context<AppEnv> {
  const principal: Principal = {
    kind: id ? "key" : "anonymous",
    workspaceId: workspace,
    ...(id && { id }),
    roles: [],
    bypass: false,
  };
  const raw = new Request("http://localhost/", signal ? { signal } : {});
  const env = { principal, platform: { config: testConfig() }, host: { remoteAddress: address } };
  return { env, req: { raw, url: raw.url } } as unknown as Context<AppEnv>;
}

const LIMITS = { maxWaiting: 0, maxInFlight: 2, maxBodyBytes: 1000, maxAnswerBytes: 1000, trustProxy: 0 };

/** Admission over requests that end when the test ends them, however slow the machine is. */
function gate(maxWaiting: number) {
  const admission = createAdmission({ ...LIMITS, maxWaiting }, log, Number.POSITIVE_INFINITY);
  const order: string[] = [];
  const ends: (() => void)[] = [];
  const send = (name: string, from: From) => {
    const handler: Handler = () => {
      order.push(name);
      return new Promise((resolve) => ends.push(() => resolve(new Response(name))));
    };
    const answer = Promise.resolve(admission.admitted("bulk", handler)(request(from)));
    return answer.then(
      ({ status }) => String(status),
      (error: PlinthError) => `${error.code} ${error.details?.retry_after}`,
    );
  };
  const endOne = async () => {
    ends.shift()!();
    await Bun.sleep(0);
  };
  return { admission, order, send, endOne };
}

/** All slots, by two callers. */
function fill(send: (name: string, from: From) => unknown): void {
  for (let i = 0; i < 4; i++) send(`f${i}`, { id: i % 2 ? "y" : "z" });
}

test("what finds no slot waits, and callers are served in turn", async () => {
  const { order, send, endOne } = gate(100);
  for (let i = 0; i < 6; i++) void send(`a${i}`, { id: "a" });
  expect(order).toEqual(["a0", "a1"]);
  for (let i = 0; i < 4; i++) void send(`b${i}`, { id: "b" });
  void send("s0", { address: "1.1.1.1" });
  void send("v0", { id: "c", workspace: "v" });
  expect(order.slice(2)).toEqual(["b0", "b1"]);
  // With two in progress, a5 leaves a slot free.
  for (let i = 0; i < 9; i++) await endOne();
  expect(order.slice(4)).toEqual(["v0", "a2", "s0", "b2", "a3", "a4", "b3", "a5"]);
});

test("one caller gets half of the slots, even while the others are free", async () => {
  const { admission, order, send, endOne } = gate(100);
  for (let i = 0; i < 3; i++) void send(`a${i}`, { id: "a" });
  void send("a3", { id: "a", workspace: "v" });
  expect(admission.figures().bulk).toMatchObject({ running: 2, waiting: 2 });
  void send("b0", { id: "b" });
  expect(order).toEqual(["a0", "a1", "b0"]);
  await endOne();
  expect(order).toHaveLength(4);
  expect(admission.figures().bulk).toMatchObject({ running: 3, waiting: 1 });
});

test("all callers without credentials together get half of the slots", async () => {
  const { admission, order, send } = gate(100);
  for (let i = 0; i < 8; i++) void send(`s${i}`, { address: `1.1.1.${i}`, workspace: `w${i % 2}` });
  expect(admission.figures().bulk).toMatchObject({ running: 2, waiting: 6 });
  void send("a0", { id: "a" });
  expect(order).toEqual(["s0", "s1", "a0"]);
});

test("a full queue refuses the caller with the most in it, and says when to come back", async () => {
  const { admission, send } = gate(3);
  for (let i = 0; i < 5; i++) void send(`a${i}`, { id: "a" });
  for (let i = 0; i < 2; i++) void send(`b${i}`, { id: "b" });
  expect(await send("a5", { id: "a" })).toBe("OVERLOADED 1");
  const other = send("b2", { id: "b" });
  expect(await Promise.race([other, Bun.sleep(20)])).toBeUndefined();
  expect(admission.figures().bulk).toEqual({ running: 4, waiting: 3, refused: 2, dropped: 0 });
  expect(warnings).toEqual(["requests are refused because too many wait"]);
});

test("a request whose client leaves is dropped before it starts", async () => {
  const { admission, order, send, endOne } = gate(10);
  fill(send);
  const client = new AbortController();
  const left = send("b0", { id: "b", signal: client.signal });
  client.abort();
  expect(await left).toBe("499");
  expect(await send("b1", { id: "b", signal: AbortSignal.abort() })).toBe("499");
  await endOne();
  expect(order).not.toContain("b0");
  expect(admission.figures().bulk).toEqual({ running: 3, waiting: 0, refused: 0, dropped: 2 });
});

test("a client that has left before it waits takes nobody else out of the queue", async () => {
  const { admission, order, send, endOne } = gate(10);
  fill(send);
  void send("b0", { id: "b" });
  expect(await send("c0", { id: "c", signal: AbortSignal.abort() })).toBe("499");
  expect(admission.figures().bulk).toEqual({ running: 4, waiting: 1, refused: 0, dropped: 1 });
  await endOne();
  expect(order.at(-1)).toBe("b0");
});

const stateOf = (address: string | undefined) => ({ address, host: from(address) }) as RequestState;
const asked = (path: string) => new Request(`http://localhost${path}`);
const from = (remoteAddress?: string): RequestHost => ({ defer: quiet, ...(remoteAddress && { remoteAddress }) });

test("all requests in progress are bounded, except health checks", () => {
  const { admission } = gate(1);
  const enter = (path: string) => admission.enter(asked(path), from());
  enter("/api/me");
  enter("/api/me");
  expect(() => enter("/api/items/health")).toThrow(PlinthError);
  enter("/health/live");
  admission.leave(stateOf(undefined));
  admission.leave(stateOf(undefined));
  enter("/api/me");
});

test.each([
  // The first quarter is not counted by address.
  [0, 50],
  [60, 25],
])("one address gets at most half of the requests in progress (%d others: %d)", (others, most) => {
  const admission = createAdmission(
    { maxWaiting: 0, maxInFlight: 100, maxBodyBytes: 1000, maxAnswerBytes: 1000, trustProxy: 0 },
    log,
  );
  const enter = (path: string, address: string) => admission.enter(asked(path), from(address));
  for (let i = 0; i < others; i++) enter("/api/me", `10.0.0.${i}`);
  // A client has a whole IPv6 /64.
  const own = Array.from({ length: most }, (_, i) => enter("/api/me", `2001:db8::${i}`));
  const more = () => enter("/api/me", "2001:db8::ffff");
  expect(more).toThrow("There are already 50 requests in progress, the limit of one address; try again later.");
  enter("/api/me", "10.1.1.1");
  enter("/health/live", "2001:db8::1");
  for (const address of own) admission.leave(stateOf(address));
  more();
});

test("the bodies of requests in progress are bounded in memory, and so are those of one address", () => {
  const { admission } = gate(1);
  const MIB = 1024 * 1024;
  const hold = (address: string, mib: number): RequestState => {
    const state = stateOf(address);
    admission.hold(state, new Headers(), mib * MIB);
    return state;
  };
  const first = hold("2001:db8::1", 100);
  admission.hold(first, new Headers(), 20 * MIB);
  expect(() => hold("2001:db8::2", 10)).toThrow(
    "The bodies of the requests in progress take more than 134217728 bytes",
  );
  hold("10.0.0.1", 120);
  expect(() => hold("10.0.0.2", 20)).toThrow("take more than 268435456 bytes");
  admission.leave(first);
  hold("10.0.0.2", 20);
  hold("2001:db8::2", 100);
});

test("answers that are not read are bounded in memory until they are sent", async () => {
  const { admission } = gate(1);
  const MIB = 1024 * 1024;
  const asking = (address: string, method = "GET") => {
    const env = { ...stateOf(undefined), id: "r", host: from(address), admission, platform: { log } };
    return { env, req: { method, raw: asked("/") } } as unknown as Context<AppEnv>;
  };
  // Wherever the answer is cut, some of these characters are in the way.
  const data = `${"ä".repeat(MIB)}${"🌱".repeat(MIB / 2)}x${"🌱".repeat(MIB / 2)}`;
  const send = (c: Context<AppEnv>) => jsonRead(c, { data });
  const occupy = (address: string, mib: number) => {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    admission.send(asking(address).env, new Headers(), mib * MIB, () => ({ body: new ReadableStream(), ended, end }));
    return async () => {
      end();
      await ended;
    };
  };
  const others = occupy("10.0.0.1", 122);
  occupy("10.0.0.2", 126);
  const read = send(asking("10.0.0.1"));
  const late = asking("10.0.0.1");
  expect(() => send(late)).toThrow("The answers that are being sent take more than 134217728 bytes");
  expect(late.env.pauseMs).toBe(REFUSE_AFTER_MS);
  // Small answers are not counted, nor is one without a body.
  expect(await jsonRead(late, { data: "small" }).json()).toEqual({ data: "small" });
  expect(send(asking("10.0.0.1", "HEAD")).status).toBe(200);
  expect(await read.json()).toEqual({ data });
  const left = send(asking("10.0.0.1"));
  await left.body!.cancel();
  await others();
  expect(await send(asking("10.0.0.1")).json()).toEqual({ data });
  // One that is read slowly loses its place to the next.
  const slow = send(asking("10.0.0.1"));
  occupy("10.0.0.1", 122);
  expect(() => send(asking("10.0.0.1"))).toThrow("take more than 134217728 bytes");
  const later = performance.now() + 15_001;
  const clock = spyOn(performance, "now").mockImplementation(() => later);
  const next = send(asking("10.0.0.1"));
  clock.mockRestore();
  expect(await next.json()).toEqual({ data });
  await expect(slow.text()).rejects.toThrow("the client reads too slowly");
});

test("of many requests that arrive at once, the last are not all started before the next health check", async () => {
  const admission = createAdmission({ ...LIMITS, maxInFlight: 500 }, log, 0);
  const order: string[] = [];
  const arrive = (path: string) => {
    const request = asked(path);
    return admission.start(request, () => {
      admission.enter(request, from());
      order.push(path);
      return new Response();
    });
  };
  const all = Array.from({ length: 70 }, (_, i) => arrive(`/${i}`));
  expect(order).toHaveLength(65);
  void arrive("/health/live");
  await Promise.all(all);
  expect(order.slice(64)).toEqual(["/64", "/health/live", "/65", "/66", "/67", "/68", "/69"]);
});

test("a refused request is no longer in progress while its answer waits", async () => {
  const admission = createAdmission(
    { maxWaiting: 0, maxInFlight: 5, maxBodyBytes: 1000, maxAnswerBytes: 1000, trustProxy: 0 },
    log,
  );
  const app = new Hono<AppEnv>();
  const slow = admission.admitted("bulk", () => new Promise(() => {}));
  app.get("/slow", (c) => {
    c.env.principal = request({ id: c.req.query("as")! }).env.principal;
    return slow(c);
  });
  app.get("/quick", (c) => c.text("quick"));
  app.onError((error, c) => c.text(error.message, 503));
  const parts = { platform: { config: testConfig(), log, clock: systemClock }, admission } as unknown as AppParts;
  const fetch = fetchBy(app, parts, () => NATIVE);
  const get = async (path: string) => fetch(new Request(`http://localhost${path}`), { defer: quiet });
  for (let i = 0; i < 4; i++) void get(`/slow?as=${i}`);
  const began = performance.now();
  const order: string[] = [];
  const answered = async (path: string) => {
    const { status } = await get(path);
    order.push(`${path} ${status}`);
  };
  const refused = answered("/slow?as=a");
  await Bun.sleep(0);
  await Promise.all([answered("/quick"), refused]);
  expect(order).toEqual(["/quick 200", "/slow?as=a 503"]);
  expect(performance.now() - began).toBeGreaterThan(400);
});

test("a host that keeps no process limits requests itself", () => {
  const handler = () => new Response();
  const quiet = { debug() {}, info() {}, warn() {}, error() {} };
  const admission = admissionOf({ streams: "bounded", config: testConfig(), log: quiet });
  expect(admission.admitted("list", handler)).toBe(handler);
});

test("a file whose reader is slow gives its slot back, and goes on before those that wait", async () => {
  const { admission, order, send, endOne } = gate(10);
  const slots: NonNullable<RequestState["slot"]>[] = [];
  const files: (() => void)[] = [];
  const file = (id: string) => {
    const context = request({ id });
    const handler: Handler = (c) => {
      c.env.streaming = new Promise<void>((resolve) => files.push(resolve));
      slots.push(c.env.slot!);
      return new Response("begins");
    };
    return admission.admitted("bulk", handler)(context);
  };
  for (const id of ["a", "b", "c", "d"]) await file(id);
  const first = send("first", { id: "e" });
  const second = send("second", { id: "f" });
  expect([admission.figures().bulk!.running, order]).toEqual([4, []]);
  slots[0]!.pause();
  expect([admission.figures().bulk!.running, order]).toEqual([4, ["first"]]);
  let goesOn = false;
  const resumed = slots[0]!.resume().then(() => (goesOn = true));
  await Bun.sleep(0);
  expect([goesOn, order]).toEqual([false, ["first"]]);
  await endOne();
  await resumed;
  expect([await first, order]).toEqual(["200", ["first"]]);
  // Ended while it is paused, it gives nothing back a second time.
  slots[1]!.pause();
  expect(order).toEqual(["first", "second"]);
  files[1]!();
  await Bun.sleep(0);
  expect(admission.figures().bulk!.running).toBe(4);
  for (const end of files) end();
  await endOne();
  expect(await second).toBe("200");
  expect(admission.figures().bulk!.running).toBe(0);
});

test("not every file may be paused: each takes memory", async () => {
  const { admission, send } = gate(10);
  for (let i = 0; i < 32; i++) {
    const context = request({ id: `k${i}` });
    await admission.admitted("bulk", (c) => {
      c.env.streaming = new Promise(() => {});
      c.env.slot!.pause();
      return new Response("begins");
    })(context);
  }
  expect(admission.figures().bulk!.running).toBe(0);
  for (let i = 0; i < 4; i++) {
    await admission.admitted("bulk", (c) => {
      c.env.streaming = new Promise(() => {});
      c.env.slot!.pause();
      return new Response("begins");
    })(request({ id: `l${i}` }));
  }
  expect(admission.figures().bulk!.running).toBe(4);
  void send("waits", { id: "m" });
  expect(admission.figures().bulk!.waiting).toBe(1);
});
