import { expect, test } from "bun:test";
import { type ClientOptions, createClient, PlinthClientError } from "../src/index.ts";

/** A client whose server gives these answers in turn, and then the last one again. */
function clientOf(answers: readonly (() => Response)[], options: Partial<ClientOptions> = {}) {
  const sent: Headers[] = [];
  const fetch = async (_: URL, init: RequestInit = {}): Promise<Response> => {
    sent.push(new Headers(init.headers));
    return answers[Math.min(sent.length, answers.length) - 1]!();
  };
  return {
    sent,
    client: createClient({ url: "http://server.test", key: "sk_live_x", fetch: fetch as never, ...options }),
  };
}

const ok = (): Response => Response.json({ data: { id: "1" } });
const codeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.catch((error: unknown) => (error instanceof PlinthClientError ? error.code : error));

test("each request names whom, and the client's own do not", async () => {
  const { client, sent } = clientOf([ok]);
  const view = client.viewAs("role:editor");
  await view.from("a").one("1");
  await view.request("api/openapi.json");
  await client.from("a").one("1");
  expect(sent.map((headers) => headers.get("x-plinth-view-as"))).toEqual(["role:editor", "role:editor", null]);
  expect(view.from("a")).toBe(view.from("a"));
  expect(view.from("a")).not.toBe(client.from("a"));
});

test("there are no streams", () => {
  const { client, sent } = clientOf([ok]);
  expect(() =>
    client
      .viewAs("anonymous")
      .from("a")
      .subscribe({}, () => {}),
  ).toThrow("viewAs");
  expect(() =>
    client
      .viewAs("anonymous")
      .from("a")
      .live({}, () => {}),
  ).toThrow("viewAs");
  expect(sent).toHaveLength(0);
});

test("a refusal of the other does not renew the caller's token", async () => {
  const renewed: string[] = [];
  const tokens = { current: async () => "own", renew: async (token: string) => void renewed.push(token) };
  const refused = (code: string) => () => Response.json({ error: { code, message: "no" } }, { status: 401 });
  const { client } = clientOf([refused("UNAUTHORIZED"), refused("INVALID_TOKEN")], { tokens: tokens as never });
  expect(await codeOf(client.viewAs("anonymous").from("a").one("1"))).toBe("UNAUTHORIZED");
  expect(renewed).toEqual([]);
  expect(await codeOf(client.viewAs("anonymous").from("a").one("1"))).toBe("INVALID_TOKEN");
  expect(renewed).toEqual(["own"]);
});
