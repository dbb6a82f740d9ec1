import { afterEach, expect, test } from "bun:test";
import { until } from "@plinth/core/testing";
import { fakeServer } from "./fake-server.ts";
import { closeAll, live, open, titles } from "./open-sync.ts";

afterEach(closeAll);

test("shapes go in the address as long as it can hold them, else in a body", async () => {
  const server = fakeServer();
  const asked: [string, string[], number][] = [];
  const fetch = (async (input: URL, init: RequestInit) => {
    const { searchParams } = new URL(input);
    asked.push([init.method!, [...searchParams.keys()], String(init.body ?? "").length]);
    return server.fetch(input, init);
  }) as typeof globalThis.fetch;
  server.model.write("root", [{ op: "create", collection: "posts", id: "p1", data: { id: "p1", title: "one" } }]);
  const short = open({ ...server, fetch }, "ada");
  await live(short);
  expect(titles(short)).toEqual(["one"]);
  expect(asked[0]).toEqual(["GET", ["shapes"], 0]);
  await short.close();

  asked.length = 0;
  const fields = ["title", ...Array.from({ length: 300 }, (_, i) => `another_field_${i}`)];
  const long = open({ ...server, fetch }, "ada", { shapes: { posts: { fields } } });
  await live(long);
  expect(titles(long)).toEqual(["one"]);
  await until(() => asked.length > 2);
  const [first, ...others] = asked;
  expect(first).toEqual(["POST", [], expect.any(Number)]);
  expect(first![2]).toBeGreaterThan(4000);
  // The position goes with the shapes; whether to wait stays in the address.
  // This server has no streams.
  const [stream, request, ...polls] = others.map(([method, parameters]) => [method, parameters]);
  expect([stream, request]).toEqual([
    ["POST", []],
    ["POST", ["poll"]],
  ]);
  for (const poll of polls) expect(poll).toEqual(["POST", ["poll"]]);
});
