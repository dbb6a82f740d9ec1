import { expect, test } from "bun:test";
import { createClient, PlinthGraphqlError } from "../src/index.ts";

const answering = (status: number, body: unknown, asked: unknown[] = []) =>
  createClient({
    url: "https://api.example.com",
    key: "sk_live_x",
    fetch: (async (url: string | URL | Request, init?: RequestInit) => {
      asked.push([init?.method, String(url), JSON.parse(String(init?.body))]);
      return Response.json(body, { status });
    }) as typeof globalThis.fetch,
  });

test("a document is sent with its variables, and its data returned", async () => {
  const asked: unknown[] = [];
  const client = answering(200, { data: { films: [{ title: "Ran" }] } }, asked);
  const data = await client.graphql<{ films: { title: string }[] }>("query ($n: Int) { films(limit: $n) { title } }", {
    n: 1,
  });
  expect(data.films[0]!.title).toBe("Ran");
  expect(asked).toEqual([
    [
      "POST",
      "https://api.example.com/api/graphql",
      { query: "query ($n: Int) { films(limit: $n) { title } }", variables: { n: 1 } },
    ],
  ]);
});

test("a part that is refused throws, with the parts that are not", async () => {
  const errors = [
    {
      message: "no",
      path: ["b"],
      extensions: { code: "INVALID_CURSOR", details: { field: "after" }, request_id: "7" },
    },
  ];
  const refused = await answering(200, { data: { a: 1, b: null }, errors })
    .graphql("{ a b }")
    .catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(PlinthGraphqlError);
  expect(refused).toMatchObject({
    code: "INVALID_CURSOR",
    details: { field: "after" },
    requestId: "7",
    data: { a: 1, b: null },
    errors,
  });
});

test("a request that is refused as a whole has the code of the refusal", async () => {
  const body = { errors: [{ message: "Sign in.", extensions: { code: "INVALID_API_KEY" } }] };
  const refused = await answering(401, body)
    .graphql("{ a }")
    .catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: "INVALID_API_KEY", status: 401, message: "Sign in." });
});
