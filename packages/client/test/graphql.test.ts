import { expect, test } from "bun:test";
import { createClient, PlinthGraphqlError } from "../src/index.ts";

/** As the code generators of GraphQL write documents. */
interface Decorated<Result, Variables> {
  __apiType?: (variables: Variables) => Result;
}
interface Films {
  films: { title: string }[];
}
class TextDocument<Result, Variables> extends String implements Decorated<Result, Variables> {
  declare __apiType?: NonNullable<Decorated<Result, Variables>["__apiType"]>;
}
interface TreeDocument<Result, Variables> extends Decorated<Result, Variables> {
  readonly kind: "Document";
  readonly definitions: readonly object[];
}

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

test("documents of code generators give the types, as a text and as a tree", async () => {
  const asked: unknown[] = [];
  const client = answering(200, { data: { films: [{ title: "Ran" }] } }, asked);
  const query = "query ($n: Int!) { films(limit: $n) { title } }";
  const text = new TextDocument<Films, { n: number }>(query);
  const tree: TreeDocument<Films, { n: number }> = { kind: "Document", definitions: [{}] };
  const print = (given: TreeDocument<unknown, never>): string => (given.definitions.length === 1 ? query : "");
  const found: string[] = [
    (await client.graphql(text, { n: 1 })).films[0]!.title,
    (await client.graphql(tree, { n: 1 }, { print })).films[0]!.title,
    (await client.graphql(new TextDocument<Films, { n?: number }>(query))).films[0]!.title,
  ];
  expect(found).toEqual(["Ran", "Ran", "Ran"]);
  expect(asked.map((one) => (one as [string, string, object])[2])).toEqual([
    { query, variables: { n: 1 } },
    { query, variables: { n: 1 } },
    { query, variables: {} },
  ]);
  const wrong = [
    // @ts-expect-error: a variable of another type
    () => client.graphql(text, { n: "1" }),
    // @ts-expect-error: the document needs variables
    () => client.graphql(text),
  ];
  expect(wrong).toHaveLength(2);
  // @ts-expect-error: a tree needs print
  expect(client.graphql(tree, { n: 1 })).rejects.toThrow("print");
});
