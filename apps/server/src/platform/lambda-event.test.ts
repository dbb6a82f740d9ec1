import { describe, expect, test } from "bun:test";
import { answerEvent } from "./lambda.ts";
import { type LambdaEvent, requestFromEvent, resultFromResponse } from "./lambda-event.ts";

/** An event as API Gateway sends it, with a test's changes. */
function event(more: Partial<LambdaEvent> & { method?: string } = {}): LambdaEvent {
  const { method = "GET", ...rest } = more;
  return {
    rawPath: "/api/items",
    rawQueryString: "",
    headers: { host: "api.example.com" },
    requestContext: { domainName: "x.lambda-url.example", http: { method, sourceIp: "192.0.2.7" } },
    isBase64Encoded: false,
    ...rest,
  };
}

describe("request", () => {
  test("address, query and headers", () => {
    const request = requestFromEvent(
      event({ rawQueryString: "a=1&a=%202", headers: { host: "api.example.com", accept: "a,b" } }),
    );
    expect(request.url).toBe("https://api.example.com/api/items?a=1&a=%202");
    expect(request.headers.get("accept")).toBe("a,b");
  });

  test("a path that arrives decoded is encoded again", () => {
    expect(requestFromEvent(event({ rawPath: "/api/items/a b?c#d/ü" })).url).toBe(
      "https://api.example.com/api/items/a%20b%3Fc%23d/%C3%BC",
    );
  });

  test.each([
    ["/api/files/b/a/../c", "/api/files/b/a/..%2Fc"],
    ["/api/files/b/../c", "/api/files/b/..%2Fc"],
    ["/api/files/b/./../c", "/api/files/b/.%2F..%2Fc"],
    ["/api/files/b/a/..", "/api/files/b/a%2F.."],
    ["/api/files/b/a..b/.c", "/api/files/b/a..b/.c"],
  ])("of a decoded path, names of dots lead nowhere else: %s", (rawPath, path) => {
    expect(new URL(requestFromEvent(event({ rawPath })).url).pathname).toBe(path);
  });

  test("of a decoded path, what a URL would leave out stays", () => {
    expect(new URL(requestFromEvent(event({ rawPath: "/api/files/b/a\nb\t\r" })).url).pathname).toBe(
      "/api/files/b/a%0Ab%09%0D",
    );
  });

  test("cookies come back together", () => {
    expect(requestFromEvent(event({ cookies: ["a=1", "b=2"] })).headers.get("cookie")).toBe("a=1; b=2");
  });

  test("a body as text, and one as base64", async () => {
    expect(await requestFromEvent(event({ method: "POST", body: '{"a":"ü"}' })).text()).toBe('{"a":"ü"}');
    const bytes = event({ method: "POST", body: "AP+A", isBase64Encoded: true });
    expect([...(await requestFromEvent(bytes).bytes())]).toEqual([0, 255, 128]);
  });

  test("a GET has no body, whatever the event says", () => {
    expect(requestFromEvent(event({ body: "x" })).body).toBeNull();
  });
});

describe("result", () => {
  test("text stays text, and cookies are a list", async () => {
    const headers = new Headers({ "content-type": "application/json" });
    headers.append("set-cookie", "a=1; Expires=Wed, 01 Jan 2031 00:00:00 GMT");
    headers.append("set-cookie", "b=2");
    expect(await resultFromResponse(new Response('{"a":"ü"}', { status: 201, headers }))).toEqual({
      statusCode: 201,
      headers: { "content-type": "application/json" },
      cookies: ["a=1; Expires=Wed, 01 Jan 2031 00:00:00 GMT", "b=2"],
      body: '{"a":"ü"}',
      isBase64Encoded: false,
    });
  });

  test("bytes, and text that is packed, travel as base64", async () => {
    const image = await resultFromResponse(
      new Response(new Uint8Array([0, 255, 128]), { headers: { "content-type": "image/png" } }),
    );
    expect(image).toMatchObject({ body: "AP+A", isBase64Encoded: true });
    const headers = { "content-type": "text/html", "content-encoding": "gzip" };
    expect(await resultFromResponse(new Response("x", { headers }))).toMatchObject({ isBase64Encoded: true });
  });
});

test("deferred work is done before the instance may freeze", async () => {
  const done: string[] = [];
  const result = await answerEvent(event(), async (_request, host) => {
    expect(host.remoteAddress).toBe("192.0.2.7");
    host.defer(Bun.sleep(10).then(() => host.defer(Bun.sleep(5).then(() => done.push("second")))));
    host.defer(Promise.reject(new Error("one that fails")));
    return new Response("ok");
  });
  expect(result.body).toBe("ok");
  expect(done).toEqual(["second"]);
});
