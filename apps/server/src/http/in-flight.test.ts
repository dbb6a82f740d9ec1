import { expect, spyOn, test } from "bun:test";
import { systemClock } from "@plinth/adapters-memory";
import { PlinthError, type RequestHost } from "@plinth/core";
import { testConfig } from "@plinth/core/testing";
import { Services } from "@plinth/engine";
import { type Context, Hono } from "hono";
import type { AppEnv, AppParts, RequestState } from "../context.ts";
import { gate, LIMITS, log, quiet, requestFrom } from "../testing/admission-gate.ts";
import { admissionOf, createAdmission, REFUSE_AFTER_MS } from "./admission.ts";
import { jsonRead } from "./answer-read.ts";
import { fetchBy } from "./fetch.ts";
import { NATIVE } from "./native.ts";

const stateOf = (address: string | undefined) => ({ address, host: from(address) }) as RequestState;
const asked = (path: string) => new Request(`http://localhost${path}`);
const from = (remoteAddress?: string): RequestHost => ({ defer: quiet, ...(remoteAddress && { remoteAddress }) });

test("all requests in progress are bounded, except health checks and the files of the admin", () => {
  const { admission } = gate(1);
  const enter = (path: string) => admission.enter(asked(path), from());
  enter("/api/me");
  enter("/api/me");
  expect(() => enter("/api/items/health")).toThrow(PlinthError);
  expect(() => enter("/administrator")).toThrow(PlinthError);
  enter("/health/live");
  enter("/admin/assets/main-1.js");
  for (let i = 0; i < 3; i++) admission.leave(stateOf(undefined));
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
    c.env.principal = requestFrom({ id: c.req.query("as")! }).env.principal;
    return slow(c);
  });
  app.get("/quick", (c) => c.text("quick"));
  app.onError((error, c) => c.text(error.message, 503));
  const engine = { services: new Services(), clock: systemClock };
  const platform = { config: testConfig(), log, clock: systemClock };
  const parts = { platform, engine, admission } as unknown as AppParts;
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
