/** What a scoped key can reach, by the table of routes: a route that says nothing of scopes is closed to it. */
import { beforeAll, describe, expect, test } from "bun:test";
import { ADMIN_ACTIONS, type AdminAction, KEY_AREAS } from "@plinth/core";
import type { Route } from "../../http/route.ts";
import { bearer, refusalIn, type TestApp, testApp } from "../../testing/app.ts";
import { PROTOCOLS } from "../index.ts";

const routes: readonly Route[] = PROTOCOLS.flatMap((protocol) => protocol.routes);
/** These do not read the caller's key. */
const known = routes.filter(({ needs }) => needs === "caller");
const nameOf = ({ method, path }: Route) => `${method.toUpperCase()} ${path}`;

let world: TestApp;
let operator: Record<string, string>;
let bookId: string;

type Body = Record<string, unknown>;
const dataOf = async <T = Record<string, string>>(response: Response): Promise<T> => {
  const { data, error } = (await response.json()) as { data: T; error?: unknown };
  if (error) throw new Error(JSON.stringify(error));
  return data;
};

async function keyWith(scope: Body): Promise<Record<string, string>> {
  const { key } = await dataOf(await world.send("/api/keys", { name: "scoped", kind: "scoped", ...scope }, operator));
  return { "x-api-key": key! };
}

beforeAll(async () => {
  world = testApp();
  operator = bearer(await world.signUp("operator@example.com"));
  const field = { name: "title", type: "text" };
  const author = { name: "author", type: "relation", to: "authors" };
  await dataOf(await world.send("/api/collections", { slug: "authors", fields: [field] }, operator));
  await dataOf(await world.send("/api/collections", { slug: "books", fields: [field, author] }, operator));
  await dataOf(await world.send("/api/items/authors", { title: "hidden author" }, operator));
  bookId = (await dataOf(await world.send("/api/items/books", { title: "shown book" }, operator))).id!;
});

/** A request that the route's guard decides; what comes after it may fail. */
function requestTo({ method, path }: Route, slug: string): [path: string, init: RequestInit & { method: string }] {
  const address = path
    .replace(":slug", slug)
    .replace(/:id\b/, bookId)
    .replace(/:name\b/, "any")
    .replace(/:\w+/g, "any");
  const body = method === "get" || method === "delete" ? {} : { body: "{}" };
  return [address, { method: method.toUpperCase(), ...body }];
}

async function statusOf(route: Route, key: Record<string, string>, slug = "books"): Promise<number> {
  const [path, init] = requestTo(route, slug);
  const headers = { ...key, "content-type": "application/json", accept: "application/json" };
  const response = await world.call(path, { ...init, headers });
  await response.body?.cancel();
  return response.status;
}

describe("each route", () => {
  const closed = known.filter(({ scope }) => scope === undefined || scope === "none");
  const special: readonly unknown[] = [undefined, "none", "items", "open"];
  const areas = known.filter(({ scope }) => !special.includes(scope));
  const items = known.filter(({ scope }) => scope === "items");

  test("every administrative route belongs to an area or is closed", () => {
    const undecided = known.filter(({ access, scope }) => access === "admin" && scope === undefined);
    expect(undecided.map(nameOf)).toEqual([]);
    expect(new Set(areas.map(({ scope }) => scope!.split(":")[0]!)).size).toBe(KEY_AREAS.length);
  });

  test("a key with every action is refused where a route names no scope", async () => {
    const key = await keyWith({ roles: ["admin"], actions: ["read", "create", "update", "delete", ...ADMIN_ACTIONS] });
    for (const route of closed) expect([nameOf(route), await statusOf(route, key)]).toEqual([nameOf(route), 403]);
  });

  test("a key for items reaches no part of the administration", async () => {
    const key = await keyWith({ roles: ["admin"], actions: ["read", "create", "update", "delete"] });
    for (const route of [...areas, ...closed]) {
      expect([nameOf(route), await statusOf(route, key)]).toEqual([nameOf(route), 403]);
    }
  });

  test("a key for parts of the administration sees no collection in GraphQL's schema", async () => {
    const key = await keyWith({ roles: ["admin"], actions: [...ADMIN_ACTIONS] });
    const schema = await (await world.call("/api/graphql/schema", { headers: key })).text();
    expect(schema).toContain("type Query");
    expect(schema).not.toMatch(/books|authors|title/);
  });

  test("an action opens its own routes and no others", async () => {
    for (const action of ADMIN_ACTIONS) {
      const key = await keyWith({ roles: ["admin"], actions: [action] });
      for (const route of areas) {
        // An operator's route is closed to every key.
        const opened = actionOf(route) === action && (route.access === "admin" || route.access === "workspace");
        // The two that give a key rights of its own are refused by their service.
        if (opened && /keys(\/:id\/rotate)?$/.test(route.path) && route.method === "post") continue;
        const status = await statusOf(route, key);
        expect([action, nameOf(route), opened ? status !== 403 : status === 403]).toEqual([
          action,
          nameOf(route),
          true,
        ]);
      }
      for (const route of items) {
        if (["/api/realtime/socket", "/api/realtime/tickets"].includes(route.path)) continue;
        // GraphQL answers what it refuses with 200, and everybody has a schema.
        if (route.path.startsWith("/api/graphql")) continue;
        const status = await statusOf(route, key);
        expect([action, nameOf(route), status >= 400]).toEqual([action, nameOf(route), true]);
      }
    }
  });

  test("no route over items answers about a collection that the key does not name", async () => {
    const key = await keyWith({
      roles: ["admin"],
      actions: ["read", "create", "update", "delete"],
      collections: ["books"],
    });
    for (const route of items) {
      if (!route.path.includes(":slug") && !route.path.includes(":name")) continue;
      const [path, init] = requestTo(route, "authors");
      const body = bodyFor(route);
      const headers = { ...key, "content-type": "application/json", accept: "application/json" };
      const response = await world.call(path, { ...init, ...(body && { body }), headers });
      expect([nameOf(route), response.status]).toEqual([nameOf(route), 403]);
      expect(await response.text()).not.toContain("hidden author");
    }
  });
});

function actionOf({ scope, method }: Route): AdminAction {
  return (scope!.includes(":") ? scope : `${scope}:${method === "get" ? "read" : "write"}`) as AdminAction;
}

/** Valid, so that only the scope refuses it. */
function bodyFor({ method, path }: Route): string | undefined {
  if (path.endsWith("/query")) return "{}";
  if (path.endsWith("/aggregate")) return JSON.stringify({ aggregates: { n: { count: "*" } } });
  if (path.includes("/channels/")) return JSON.stringify({ data: 1 });
  return method === "get" || method === "delete" ? undefined : JSON.stringify({ title: "changed" });
}

describe("collections and actions narrow", () => {
  let key: Record<string, string>;
  let reader: Record<string, string>;

  beforeAll(async () => {
    key = await keyWith({
      roles: ["admin"],
      actions: ["read", "create", "update", "delete"],
      collections: ["books"],
    });
    reader = await keyWith({ roles: ["admin"], actions: ["read"], collections: ["books"] });
  });

  const refused = async (response: Response) => (await refusalIn(response)).slice(0, 2) as unknown;

  test("what it names is open", async () => {
    const books = await dataOf<Body[]>(await world.call("/api/items/books", { headers: key }));
    expect(books.map(({ title }) => title)).toEqual(["shown book"]);
    expect((await world.send("/api/items/books", { title: "made" }, key)).status).toBe(201);
  });

  test("expansions, filters and sorts through a relation", async () => {
    for (const query of [
      "expand=author",
      "filter[author.title]=x",
      'filter={"author":{"title":{"_eq":"x"}}}',
      "sort=author.title",
    ]) {
      const response = await world.call(`/api/items/books?${query}`, { headers: key });
      expect([query, response.status]).toEqual([query, query.startsWith("filter[") ? 422 : 403]);
    }
  });

  test("related items of a create, and a batch with one operation elsewhere: nothing is written", async () => {
    const graph = { title: "with author", author: { title: "new author" } };
    expect(await refused(await world.send("/api/items/books", graph, key))).toEqual([403, "FORBIDDEN"]);
    const operations = [
      { op: "create", collection: "books", data: { title: "in a batch" } },
      { op: "create", collection: "authors", data: { title: "in a batch" } },
    ];
    const response = await world.send("/api/batch", { operations }, key);
    expect(response.status).toBeGreaterThanOrEqual(403);
    const books = await dataOf<Body[]>(await world.call("/api/items/books", { headers: operator }));
    expect(books.map(({ title }) => title)).not.toContain("in a batch");
    expect(books.map(({ title }) => title)).not.toContain("with author");
  });

  test("live queries and sockets", async () => {
    expect(await refused(await world.send("/api/live", { collection: "authors" }, key))).toEqual([403, "FORBIDDEN"]);
  });

  test("a reader changes nothing", async () => {
    expect(await refused(await world.send("/api/items/books", { title: "x" }, reader))).toEqual([403, "FORBIDDEN"]);
    const path = `/api/items/books/${bookId}`;
    expect(await refused(await world.send(path, { title: "x" }, reader, "PATCH"))).toEqual([403, "FORBIDDEN"]);
    expect(await refused(await world.send(path, undefined, reader, "DELETE"))).toEqual([403, "FORBIDDEN"]);
    const file = {
      headers: { ...reader, "content-type": "application/x-ndjson" },
      method: "POST",
      body: '{"title":"x"}\n',
    };
    expect((await world.call("/api/items/books/import", file)).status).toBe(403);
  });

  test("what the rules of its roles forbid stays forbidden", async () => {
    const open = await keyWith({ roles: [], actions: ["read", "create"], collections: ["books"] });
    expect(await refused(await world.call("/api/items/books", { headers: open }))).toEqual([403, "FORBIDDEN"]);
    const rule = { role: "public", collection: "books", action: "read", condition: { title: "made" } };
    await dataOf(await world.send("/api/permissions", rule, operator));
    const seen = await dataOf<Body[]>(await world.call("/api/items/books", { headers: open }));
    expect(seen.map(({ title }) => title)).toEqual(["made"]);
    expect(await refused(await world.send("/api/items/books", { title: "x" }, open))).toEqual([403, "FORBIDDEN"]);
  });
});

test("a scoped key makes no key, rotates no other, and gives no roles", async () => {
  const key = await keyWith({ roles: ["admin"], actions: ["keys:read", "keys:write", "users:write", "users:read"] });
  const keys = await dataOf<{ id: string; kind: string }[]>(await world.call("/api/keys", { headers: key }));
  const other = keys.find(({ kind }) => kind === "scoped")!;
  expect((await world.send("/api/keys", { name: "wider", kind: "secret" }, key)).status).toBe(403);
  expect((await world.send(`/api/keys/${other.id}/rotate`, {}, key)).status).toBe(403);
  await dataOf(await world.send("/api/roles", { name: "editor" }, operator));
  const user = { email: "given@example.com", name: "Given", password: "correct horse" };
  expect((await world.send("/api/users", { ...user, roles: ["editor"] }, key)).status).toBe(403);
  expect((await world.send("/api/invitations", { email: user.email, roles: ["editor"] }, key)).status).toBe(403);
  expect((await world.send("/api/users", user, key)).status).toBe(201);
});

test("a key does not reach a collection that is made later under the name of a deleted one", async () => {
  const make = () =>
    world.send("/api/collections", { slug: "notes", fields: [{ name: "title", type: "text" }] }, operator);
  await dataOf(await make());
  const both = await keyWith({ roles: ["admin"], actions: ["read"], collections: ["notes", "books"] });
  const alone = await keyWith({ roles: ["admin"], actions: ["read"], collections: ["notes"] });
  const read = async (slug: string, key: Record<string, string>) =>
    (await world.call(`/api/items/${slug}`, { headers: key })).status;
  expect([await read("notes", both), await read("notes", alone)]).toEqual([200, 200]);
  expect((await world.send("/api/collections/notes?confirm=notes", undefined, operator, "DELETE")).status).toBe(200);
  await dataOf(await make());
  expect([await read("notes", both), await read("notes", alone)]).toEqual([403, 403]);
  expect([await read("books", both), await read("books", alone)]).toEqual([200, 403]);
});
