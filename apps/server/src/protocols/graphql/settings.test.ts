import { expect, test } from "bun:test";
import { sha256Hex } from "@plinth/core";
import { openGraphqlWorld } from "../../testing/graphql-world.ts";

const { admin, ask, call, data, post, send, must } = await openGraphqlWorld();
const set = (change: object) => must("/api/graphql-settings", change, "PATCH");

const TRUSTED = "query ($n: Int) { books(limit: $n, sort: [{ title: asc }]) { title } }";
const id = await sha256Hex(new TextEncoder().encode(TRUSTED));
const persisted = { extensions: { persistedQuery: { version: 1, sha256Hash: id } }, variables: { n: 1 } };

test("where it is set, the schema is for administrators alone", async () => {
  await set({ introspection: "admins" });
  const refused = await ask("{ __schema { types { name } } }", {}, {});
  expect(refused.data).toBeUndefined();
  const { errors } = await ask("{ book { title } }", {}, {});
  expect(errors![0]!.message).toBe('Cannot query field "book".');
  for (const query of ["mutation { create_letters(data: {}) { id } }", "{ books { author } }"]) {
    const { errors: unfit } = await ask(query, {}, {});
    expect(unfit![0]!.extensions.code).toBe("VALIDATION");
    expect(unfit![0]!.message).not.toMatch(/body|authors|letters_/);
  }
  expect((await call("/api/graphql/schema")).status).toBe(403);
  expect(await data("{ __typename books(limit: 1) { __typename } }", {}, {})).toEqual({
    __typename: "Query",
    books: [{ __typename: "books" }],
  });
  expect(await data("{ __schema { queryType { name } } }")).toEqual({ __schema: { queryType: { name: "Query" } } });
  await set({ introspection: null });
  expect((await ask("{ __schema { queryType { name } } }", {}, {})).errors).toBeUndefined();
});

test("a trusted document is asked for by its hash, also from the address", async () => {
  const unknown = await post(persisted, {});
  expect([unknown.status, await unknown.json()]).toMatchObject([
    404,
    { errors: [{ extensions: { code: "NOT_FOUND" } }] },
  ]);
  await set({ trusted: [TRUSTED] });
  const found = { data: { books: [{ title: "One" }] } };
  expect(await (await post(persisted, {})).json()).toEqual(found);
  const search = new URLSearchParams({
    extensions: JSON.stringify(persisted.extensions),
    variables: JSON.stringify(persisted.variables),
  });
  expect(await (await call(`/api/graphql?${search}`)).json()).toEqual(found);
  expect(await (await send("/api/graphql-settings", undefined, admin, "GET")).json()).toEqual({
    data: { introspection: "everyone", documents: "any", trusted: [{ sha256: id, document: TRUSTED }] },
  });
});

test("where only trusted documents are run, no other is, but by administrators", async () => {
  await set({ trusted: [TRUSTED], documents: "trusted" });
  const { errors } = await ask("{ books { title } }", {}, {});
  expect(errors!.map(({ extensions }) => extensions.code)).toEqual(["FORBIDDEN"]);
  expect((await ask(TRUSTED, { n: 1 }, {})).data).toEqual({ books: [{ title: "One" }] });
  expect((await ask("{ books { title } }")).errors).toBeUndefined();
  await set({ documents: null, trusted: null });
  expect((await ask("{ books { title } }", {}, {})).errors).toBeUndefined();
});

test("settings that are none are refused, and strangers neither read nor change them", async () => {
  const refused = await send("/api/graphql-settings", { documents: "some" }, admin, "PATCH");
  expect(refused.status).toBe(422);
  expect((await call("/api/graphql-settings")).status).toBe(401);
  expect((await send("/api/graphql-settings", { documents: "any" }, {}, "PATCH")).status).toBe(401);
});

test("single documents are trusted, and trusted no longer, whatever else is", async () => {
  const change = async (body: object) => (await send("/api/graphql-settings", body, admin, "PATCH")).json();
  await set({ trusted: ["{ __typename }"] });
  await Promise.all([set({ introspection: "everyone" }), set({ add_trusted: [TRUSTED] })]);
  expect(await change({ add_trusted: [TRUSTED] })).toMatchObject({
    data: { trusted: [{ document: "{ __typename }" }, { document: TRUSTED }] },
  });
  expect(await change({ remove_trusted: [id] })).toMatchObject({ data: { trusted: [{ document: "{ __typename }" }] } });
  const refused = await change({ remove_trusted: [id], trusted: [] });
  expect(refused).toMatchObject({ error: { code: "VALIDATION", details: { field: "remove_trusted" } } });
  await set({ trusted: null, introspection: null });
});
