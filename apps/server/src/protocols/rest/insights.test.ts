import { beforeAll, expect, test } from "bun:test";
import type { JsonObject } from "@plinth/core";
import { bearer, refusalIn, type TestApp, testApp } from "../../testing/app.ts";

interface Insights {
  of: string;
  minutes: { at: string; requests: number }[];
  groups: { group: string; requests: number; statuses: Record<string, number>; p95_ms: number | null }[];
  errors: JsonObject[];
  refusals: { code: string; route: string; count: number; last_request_id: string; workspace: string | null }[];
  streams: { open: number; kinds: Record<string, number>; subscriptions: JsonObject[]; truncated: boolean };
  server?: JsonObject;
}

let world: TestApp;
let owner: Record<string, string>;
let key: Record<string, string>;
let otherKey: Record<string, string>;

const insights = async (as: Record<string, string>, query = "") => {
  const response = await world.call(`/api/insights${query}`, { headers: as });
  return ((await response.json()) as { data: Insights }).data;
};

async function keyIn(workspace: string): Promise<Record<string, string>> {
  const response = await world.send("/api/keys", { name: "test", kind: "secret" }, { ...owner, ...at(workspace) });
  return { "x-api-key": ((await response.json()) as { data: { key: string } }).data.key };
}

const at = (workspace: string) => ({ "x-plinth-workspace": workspace });

beforeAll(async () => {
  world = testApp();
  owner = bearer(await world.signUp("owner@example.com"));
  await world.send("/api/workspaces", { slug: "other", name: "Other" }, owner);
  key = await keyIn("default");
  otherKey = await keyIn("other");
  await world.send("/api/collections", { slug: "notes", fields: [{ name: "title", type: "text" }] }, key);
});

test("requests are counted by group, for their workspace and for the server", async () => {
  const before = (await insights(key)).groups.find(({ group }) => group === "Item reads");
  expect(before).toBeUndefined();
  for (let i = 0; i < 3; i++) await world.call("/api/items/notes", { headers: key });
  await world.send("/api/items/notes", { title: "a" }, key);
  await world.call("/api/items/nothing", { headers: key });
  const own = await insights(key);
  const counts = (all: Insights, name: string) => all.groups.find(({ group }) => group === name)?.statuses;
  expect(counts(own, "Item reads")).toEqual({ "2xx": 3, "3xx": 0, "4xx": 1, "5xx": 0 });
  expect(counts(own, "Item writes")).toEqual({ "2xx": 1, "3xx": 0, "4xx": 0, "5xx": 0 });
  expect(own.of).toBe("workspace");
  expect(own.server).toBeUndefined();
  expect(own.groups[0]!.p95_ms).toBeGreaterThan(0);
  expect(own.minutes).toHaveLength(60);
  const reads = (await insights(key, "?group=Item%20reads")).minutes.reduce((sum, { requests }) => sum + requests, 0);
  expect(reads).toBe(4);
  expect(counts(await insights(otherKey), "Item reads")).toBeUndefined();
  const all = await insights({ ...owner, ...at("other") });
  expect(all.of).toBe("server");
  expect(counts(all, "Item reads")).toEqual({ "2xx": 3, "3xx": 0, "4xx": 1, "5xx": 0 });
  expect(all.server).toMatchObject({ host: "test", memory_bytes: null });
});

test("a group that does not exist is refused by name", async () => {
  expect(await refusalIn(await world.call("/api/insights?group=x", { headers: key }))).toEqual([
    422,
    "VALIDATION",
    "group",
  ]);
});

test("refusals are counted by code and route, and shown with the last request's id to their workspace alone", async () => {
  const refused = await world.call("/api/items/notes/export?format=zip", { headers: key });
  const again = await world.call("/api/items/notes/export?format=zip", { headers: key });
  expect(refused.status).toBe(again.status);
  const found = (await insights(key)).refusals.filter(({ route }) => route === "GET /api/items/:slug/export");
  expect(found).toMatchObject([{ count: 2, last_request_id: again.headers.get("x-request-id")! }]);
  expect((await insights(otherKey)).refusals).toEqual([]);
});

test("who is not known has no workspace, and only owners of the server see it", async () => {
  await world.call("/api/items/notes", { headers: { "x-api-key": "sk_live_wrong" } });
  const unknown = ({ refusals }: Insights) => refusals.filter(({ code }) => code === "INVALID_API_KEY");
  expect(unknown(await insights(key))).toEqual([]);
  expect(unknown(await insights(owner))).toMatchObject([{ workspace: null, route: "GET /api/items/:slug" }]);
});

test("a fault is shown with its request id", async () => {
  const driver = world.driver as { all: TestApp["driver"]["all"] };
  const { all } = driver;
  driver.all = () => {
    throw new Error("the disk is gone");
  };
  const failed = await world.call("/api/items/notes?sort=title", { headers: key }).finally(() => {
    driver.all = all;
  });
  expect(failed.status).toBe(500);
  const [fault] = (await insights(key)).errors;
  expect(fault).toMatchObject({
    code: "INTERNAL",
    status: 500,
    route: "GET /api/items/:slug",
    request_id: failed.headers.get("x-request-id")!,
  });
  expect(JSON.stringify(fault)).not.toContain("disk");
  expect((await insights(otherKey)).errors).toEqual([]);
});

test("open streams are listed with their kind, collection and caller, without their filters", async () => {
  const socket = await world.open("/api/realtime/socket", key);
  const sources = [
    { subscribe: '/api/realtime/items/notes?filter={"title":"hush"}' },
    { live: { collection: "notes", filter: { title: "hush" } } },
    { subscribe: "/api/realtime/channels/room" },
  ];
  for (const [i, source] of sources.entries()) {
    socket.send({ ref: `${i}`, ...source });
    expect(await socket.next()).toMatchObject({ ref: `${i}`, data: { event: expect.any(String) } });
  }
  const { streams } = await insights(key);
  expect(streams).toMatchObject({ truncated: false, kinds: { socket: 1, items: 1, live: 1, channel: 1, sync: 0 } });
  expect(streams.subscriptions.map(({ kind, name }) => [kind, name])).toEqual([
    ["socket", null],
    ["items", "notes"],
    ["live", "notes"],
    ["channel", "room"],
  ]);
  expect(streams.subscriptions[1]).toMatchObject({ behind: false, caller: { kind: "key", id: expect.any(String) } });
  const scoped = { name: "figures", kind: "scoped", roles: ["admin"], actions: ["server:read"] };
  const made = (await (await world.send("/api/keys", scoped, owner)).json()) as { data: { key: string } };
  const { streams: seen } = await insights({ "x-api-key": made.data.key });
  expect(seen.subscriptions[1]).toMatchObject({ behind: false, caller: { kind: "key", id: null } });
  expect(JSON.stringify(streams)).not.toContain("hush");
  expect((await insights(otherKey)).streams.open).toBe(0);
  expect((await insights(owner)).streams.open).toBe(streams.open);
});
