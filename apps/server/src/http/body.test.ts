import { beforeAll, describe, expect, test } from "bun:test";
import { bearer, refusalIn, type TestApp, testApp } from "../testing/app.ts";

let world: TestApp;
let token: string;

beforeAll(async () => {
  world = testApp({ maxBodyBytes: 1000 });
  token = await world.signUp("operator@example.com");
});

const post = (body: BodyInit | null, type: string | null = "application/json", headers: Record<string, string> = {}) =>
  world.call("/api/roles", {
    method: "POST",
    headers: { ...bearer(token), ...(type !== null && { "content-type": type }), ...headers },
    body,
  });

describe("a JSON body", () => {
  test("is accepted with any spelling of its type", async () => {
    const types = [
      "application/json",
      "application/json; charset=utf-8",
      "Application/JSON",
      "application/vnd.api+json",
    ];
    for (const [i, type] of types.entries()) {
      expect((await post(JSON.stringify({ name: `role${i}` }), type)).status).toBe(201);
    }
  });

  test("needs that type", async () => {
    for (const type of [null, "text/plain", "application/x-www-form-urlencoded", "application/jsonp", "json"]) {
      expect(await refusalIn(await post(new TextEncoder().encode("{}"), type))).toEqual([
        415,
        "UNSUPPORTED_MEDIA_TYPE",
      ]);
    }
  });

  test("must be JSON, and UTF-8", async () => {
    for (const body of ["", "{", "{'a':1}", "nope", "[1,]", '{"a":1}x']) {
      expect(await refusalIn(await post(body))).toEqual([400, "MALFORMED_JSON"]);
    }
    const bytes = new Uint8Array([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]);
    expect(await refusalIn(await post(bytes))).toEqual([400, "INVALID_UTF8"]);
  });

  test("must fit, also when its length is not announced", async () => {
    const large = JSON.stringify({ name: "a", description: "x".repeat(1000) });
    expect(await refusalIn(await post(large))).toEqual([413, "BODY_TOO_LARGE"]);
    expect(await refusalIn(await post("{}", "application/json", { "content-length": "1001" }))).toEqual([
      413,
      "BODY_TOO_LARGE",
    ]);
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent++;
        controller.enqueue(new TextEncoder().encode(" ".repeat(100)));
      },
    });
    expect(await refusalIn(await post(endless))).toEqual([413, "BODY_TOO_LARGE"]);
    expect(sent).toBeLessThan(20);
  });

  test("in pieces is put together", async () => {
    const text = JSON.stringify({ name: "pieces", description: "é".repeat(20) });
    const bytes = new TextEncoder().encode(text);
    const pieces = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let i = 0; i < bytes.length; i += 7) controller.enqueue(bytes.slice(i, i + 7));
        controller.close();
      },
    });
    const answer = (await (await post(pieces)).json()) as { data: { description: string } };
    expect(answer.data.description).toBe("é".repeat(20));
  });
});

describe("validation", () => {
  test("names each error", async () => {
    expect(await refusalIn(await post('{"name":"ok","nope":1}'))).toEqual([422, "UNKNOWN_FIELD", "nope"]);
    expect(await refusalIn(await post('{"__proto__":1,"name":"ok"}'))).toEqual([422, "UNKNOWN_FIELD", "__proto__"]);
    expect(await refusalIn(await post("{}"))).toEqual([422, "VALIDATION", "name"]);
    expect(await refusalIn(await post('{"name":"No Good"}'))).toEqual([422, "VALIDATION", "name"]);
    for (const body of ["[]", "null", '"x"', "1"]) {
      expect(await refusalIn(await post(body))).toEqual([422, "VALIDATION", "body"]);
    }
    const answer = await (await post('{"name":1,"description":2}')).json();
    expect(answer).toMatchObject({
      error: {
        message: "name: expected a text, got a whole number (and 1 more).",
        details: { issues: [{ field: "name" }, { field: "description" }] },
      },
    });
  });

  test("knows the parameters of an address", async () => {
    const get = (query: string) => world.call(`/api/users?${query}`, { headers: bearer(token) });
    expect((await get("limit=1&offset=0")).status).toBe(200);
    expect(await refusalIn(await get("page=1"))).toEqual([422, "UNKNOWN_PARAMETER", "page"]);
    for (const limit of ["0", "1001", "-1", "x", "1.5", ""]) {
      expect(await refusalIn(await get(`limit=${limit}`))).toEqual([422, "VALIDATION", "limit"]);
    }
    expect(await refusalIn(await get("limit=1&limit=2"))).toEqual([422, "VALIDATION", "limit"]);
  });
});
