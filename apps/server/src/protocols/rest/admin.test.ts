import { beforeAll, describe, expect, test } from "bun:test";
import { bearer, refusalIn, type TestApp, testApp } from "../../testing/app.ts";

let world: TestApp;
let as: Record<"nobody" | "user" | "publishable" | "secret" | "operator", Record<string, string>>;
let userId: string;

const created = async (response: Response) => ((await response.json()) as { data: Record<string, string> }).data;

beforeAll(async () => {
  world = testApp();
  const operator = bearer(await world.signUp("operator@example.com"));
  const user = bearer(await world.signUp("user@example.com"));
  const key = async (kind: string) => ({
    "x-api-key": (await created(await world.send("/api/keys", { name: kind, kind }, operator))).key!,
  });
  as = { nobody: {}, user, publishable: await key("publishable"), secret: await key("secret"), operator };
  userId = (await created(await world.call("/api/me", { headers: user }))).id!;
});

/** Each route as each caller: 401 without credentials, 403 without the right, otherwise success. */
const admins = { nobody: 401, user: 403, publishable: 403 };
const routes: [name: string, method: string, path: () => string, body: object | undefined, allowed: object][] = [
  ["keys", "GET", () => "/api/keys", undefined, { ...admins, secret: 200, operator: 200 }],
  ["a key", "POST", () => "/api/keys", { name: "k", kind: "secret" }, { ...admins, secret: 403, operator: 201 }],
  [
    "a publishable key",
    "POST",
    () => "/api/keys",
    { name: "k", kind: "publishable" },
    { ...admins, secret: 201, operator: 201 },
  ],
  ["an unknown key", "DELETE", () => "/api/keys/nope", undefined, { ...admins, secret: 404, operator: 404 }],
  ["users", "GET", () => "/api/users", undefined, { ...admins, secret: 200, operator: 200 }],
  [
    "roles of a user",
    "PUT",
    () => `/api/users/${userId}/roles`,
    { roles: [] },
    { ...admins, secret: 200, operator: 200 },
  ],
  ["roles", "GET", () => "/api/roles", undefined, { ...admins, secret: 200, operator: 200 }],
  ["a role of the system", "DELETE", () => "/api/roles/public", undefined, { ...admins, secret: 409, operator: 409 }],
  ["workspaces", "GET", () => "/api/workspaces", undefined, { ...admins, secret: 403, operator: 200 }],
  [
    "a bad workspace",
    "POST",
    () => "/api/workspaces",
    { slug: "No", name: "x" },
    { ...admins, secret: 403, operator: 422 },
  ],
];

describe("who may manage a workspace", () => {
  for (const [name, method, path, body, allowed] of routes) {
    test(`${method} ${name}`, async () => {
      const statuses: Record<string, number> = {};
      for (const [who, headers] of Object.entries(as)) {
        statuses[who] = (await world.send(path(), body, headers, method)).status;
      }
      expect(statuses).toEqual({ ...allowed } as Record<string, number>);
    });
  }
});

test("a key is in the answer to its making and nowhere else", async () => {
  const response = await world.send("/api/keys", { name: "once", kind: "publishable" }, as.operator);
  expect(response.headers.get("cache-control")).toBe("no-store");
  const { id, key } = await created(response);
  const list = await (await world.call("/api/keys", { headers: as.operator })).text();
  expect(list).toContain(id!);
  expect(list).not.toContain(key!);
  expect(await (await world.send(`/api/keys/${id}`, undefined, as.operator, "DELETE")).json()).toEqual({
    data: { id },
  });
  expect(await refusalIn(await world.call("/api/me", { headers: { apikey: key! } }))).toEqual([401, "INVALID_API_KEY"]);
});

test("a workspace has its own keys and roles", async () => {
  const made = await world.send("/api/workspaces", { slug: "other", name: "Other" }, as.operator);
  const names = ["id", "slug", "name", "state", "created_at", "archived_at", "deleted_at", "purge_at"];
  expect([made.status, Object.keys(await created(made))]).toEqual([201, names]);
  const there = { ...as.operator, "x-plinth-workspace": "other" };
  expect(await created(await world.call("/api/me", { headers: there }))).toMatchObject({
    workspace: { slug: "other" },
  });
  const { key } = await created(await world.send("/api/keys", { name: "k", kind: "secret" }, there));
  const foreign = { "x-api-key": key! };
  expect(await created(await world.call("/api/me", { headers: foreign }))).toMatchObject({
    workspace: { slug: "other" },
  });
  expect(
    await refusalIn(await world.call("/api/me", { headers: { ...foreign, "x-plinth-workspace": "default" } })),
  ).toEqual([403, "WORKSPACE_MISMATCH", "x-plinth-workspace"]);
});
