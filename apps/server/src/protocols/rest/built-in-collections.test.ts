import { expect, test } from "bun:test";
import { SYSTEM_COLLECTIONS } from "@plinth/core";
import { bearer, testApp } from "../../testing/app.ts";

interface Definition {
  readonly slug: string;
  readonly system?: string;
  readonly fields: readonly { readonly name: string }[];
}

test("collections of organizations are moved to another workspace by what GET answers, and work there", async () => {
  const { call, send, signUp } = testApp();
  const operator = bearer(await signUp("operator@x.test"));
  const user = bearer(await signUp("user@x.test"));
  const there = { ...operator, "x-plinth-workspace": "there" };
  expect((await send("/api/workspaces", { slug: "there", name: "There" }, operator)).status).toBe(201);
  expect((await send("/api/organizations", {}, operator, "PUT")).status).toBe(201);
  const plan = { name: "plan", type: "text" };
  const path = "/api/collections/organizations";
  expect((await send(path, { fields: [plan] }, operator, "PATCH")).status).toBe(200);
  const { data } = (await (await call(path, { headers: operator })).json()) as { data: Definition };
  expect((await send("/api/collections", data, user)).status).toBe(403);

  expect((await send("/api/collections", data, there)).status).toBe(201);
  const listed = await call("/api/collections", { headers: there });
  const all = ((await listed.json()) as { data: Definition[] }).data;
  expect(all.map(({ slug, system }) => [slug, system])).toEqual([
    ["organization_members", "organization_members"],
    ["organization_team_members", "organization_team_members"],
    ["organization_teams", "organization_teams"],
    ["organizations", "organizations"],
    ["users", "users"],
  ]);
  expect(all.find(({ slug }) => slug === "organizations")?.fields).toEqual(data.fields);
  // Its rules are those that come with it, and there were none.
  const rules = await call("/api/permissions", { headers: there });
  expect(((await rules.json()) as { data: unknown[] }).data).toEqual([]);
  expect((await send("/api/organizations", {}, there, "PUT")).status).toBe(409);
  expect((await send("/api/collections", data, there)).status).toBe(409);
  const written = await send("/api/items/organizations", { name: "A", slug: "a" }, there);
  expect(written.status).toBe(403);
});

test("the document says which built-in collections can be made", async () => {
  const { call, signUp } = testApp();
  const operator = bearer(await signUp("operator@x.test"));
  const document = await (await call("/api/openapi.json", { headers: operator })).json();
  const { post } = (document as { paths: Record<string, Record<string, object>> }).paths["/api/collections"]!;
  expect(post).toMatchObject({
    requestBody: {
      content: { "application/json": { schema: { properties: { system: { enum: [...SYSTEM_COLLECTIONS] } } } } },
    },
  });
});
