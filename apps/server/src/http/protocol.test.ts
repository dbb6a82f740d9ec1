import { beforeAll, describe, expect, test } from "bun:test";
import { NO_CREDENTIALS } from "@plinth/engine";
import * as z from "zod";
import { PROTOCOLS } from "../protocols/index.ts";
import { type TestApp, testApp } from "../testing/app.ts";
import { defineRoute } from "./define-route.ts";
import type { Protocol } from "./protocol.ts";

const shared = { tag: "Toy", response: () => ({}) } as const;

/** A protocol with every optional part, mounted below another one's path. */
const toy: Protocol = {
  name: "toy",
  bases: ["/api/toy"],
  credentials: (headers) => ({ ...NO_CREDENTIALS, headerKey: headers.get("x-toy-key") }),
  errorResponse: ({ status, message }) => Response.json({ success: false, error: message, code: status }, { status }),
  cors: {
    origins: () => ["*"],
    credentials: true,
    allowMethods: ["GET", "PATCH"],
    allowHeaders: ["x-toy-key"],
    exposeHeaders: ["x-toy"],
  },
  routes: [
    defineRoute("GET /api/toy/things/:name", {
      ...shared,
      id: "getThing",
      summary: "A thing",
      access: "caller",
      query: z.strictObject({ loud: z.literal("yes").optional() }),
      read: (_, { params, query }) => (query.loud ? params.name.toUpperCase() : params.name),
    }),
    defineRoute("GET /api/toy/things/all", {
      ...shared,
      id: "listThings",
      summary: "All things",
      access: "caller",
      read: () => ["a", "b"],
    }),
    defineRoute("PATCH /api/toy/things/:name", {
      ...shared,
      id: "changeThing",
      summary: "Change a thing",
      access: "admin",
      body: z.strictObject({ size: z.int() }),
      status: 202,
      write: async ({ principal }, { params, body }) => ({ ...params, ...body, by: principal.kind }),
    }),
    defineRoute("GET /api/toy/me", {
      ...shared,
      id: "toyMe",
      summary: "Your account",
      access: "account",
      read: ({ principal }) => principal.id,
    }),
  ],
};

let app: TestApp;
let secretKey: string;

beforeAll(async () => {
  app = testApp({}, { protocols: [...PROTOCOLS, toy] });
  const authorization = `Bearer ${await app.signUp("operator@example.com")}`;
  const made = await app.send("/api/keys", { name: "toy", kind: "secret" }, { authorization });
  secretKey = ((await made.json()) as { data: { key: string } }).data.key;
});

const get = async (path: string, headers: Record<string, string> = {}): Promise<[status: number, body: unknown]> => {
  const response = await app.call(path, { headers });
  return [response.status, await response.json()];
};

describe("a protocol of its own", () => {
  test("is reached below its base, also where that is below another's", async () => {
    expect(await get("/api/toy/things/one")).toEqual([200, { data: "one" }]);
    expect(await get("/api/toy/things/one?loud=yes")).toEqual([200, { data: "ONE" }]);
    expect((await get("/api/me"))[0]).toBe(200);
  });

  test("a fixed segment is not taken for the parameter in its position", async () => {
    expect(await get("/api/toy/things/all")).toEqual([200, { data: ["a", "b"] }]);
    expect(await get("/api/toy/things/alle")).toEqual([200, { data: "alle" }]);
    expect(await get("/api/toy/things/all?loud=yes")).toEqual([200, { data: ["a", "b"] }]);
  });

  test("reads its own credentials, and nobody else does", async () => {
    const change = (headers: Record<string, string>) => {
      return app.send("/api/toy/things/one", { size: 3 }, headers, "PATCH");
    };
    const changed = await change({ "x-toy-key": secretKey });
    expect([changed.status, await changed.json()]).toEqual([202, { data: { name: "one", size: 3, by: "key" } }]);
    expect((await change({ "x-api-key": secretKey })).status).toBe(401);
    expect((await get("/api/keys", { "x-toy-key": secretKey }))[0]).toBe(401);
    expect((await get("/api/toy/me", { "x-toy-key": secretKey }))[0]).toBe(403);
  });

  test("has its own form for every error", async () => {
    const form = { success: false, error: expect.any(String) };
    expect(await get("/api/toy/nothing")).toEqual([404, { ...form, code: 404 }]);
    expect(await get("/api/toy/things/one?loud=no")).toEqual([422, { ...form, code: 422 }]);
    expect(await get("/api/toy/me")).toEqual([401, { ...form, code: 401 }]);
    const refused = await app.send("/api/toy/things/one", { size: 3 });
    expect([refused.status, refused.headers.get("allow"), await refused.json()]).toEqual([
      405,
      "GET, PATCH",
      { ...form, code: 405 },
    ]);
    for (const path of ["/api/toys", "/nowhere"]) {
      expect(await get(path)).toEqual([404, { error: expect.objectContaining({ code: "NOT_FOUND" }) }]);
    }
  });

  test("has its own policy for pages of other origins", async () => {
    const origin = "https://app.example.com";
    const ask = (path: string) => {
      const headers = { origin, "access-control-request-method": "PATCH" };
      return app.call(path, { method: "OPTIONS", headers });
    };
    const { status, headers } = await ask("/api/toy/things/one");
    expect([status, headers.get("access-control-allow-origin")]).toEqual([204, origin]);
    expect(headers.get("access-control-allow-credentials")).toBe("true");
    expect(headers.get("access-control-allow-methods")).toBe("GET,PATCH");
    expect(headers.get("access-control-allow-headers")).toBe("x-toy-key");
    const answer = await app.call("/api/toy/things/one", { headers: { origin } });
    expect(answer.headers.get("access-control-expose-headers")).toBe("x-toy");
    expect((await ask("/api/me")).status).toBe(403);
    expect((await app.call("/api/me", { headers: { origin } })).headers.has("access-control-allow-origin")).toBe(false);
  });
});

test("sockets that a host keeps are continued by the protocol that brings them, and by one alone", async () => {
  const resume = async () => [undefined];
  const chatty: Protocol = {
    ...toy,
    routes: [],
    sockets: () => ({ resume, idle: false, hibernate() {}, ping: ["a", "b"] }),
  };
  expect(testApp({}, { protocols: [toy, chatty] }).app.sockets).toMatchObject({ idle: false, ping: ["a", "b"] });
  expect(testApp({}, { protocols: [toy] }).app.sockets.idle).toBe(true);
  expect(() => testApp({}, { protocols: [...PROTOCOLS, chatty] })).toThrow("Several protocols continue their sockets");
});
