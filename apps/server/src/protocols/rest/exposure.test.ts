/** The exposure of every kind of caller, compared with what the server answers to each of them. */
import { beforeAll, describe, expect, test } from "bun:test";
import { ACTIONS, type Action } from "@plinth/core";
import type { Exposure } from "@plinth/engine";
import { refusalIn } from "../../testing/app.ts";
import { answeredData, type Headers, viewWorld } from "../../testing/view-world.ts";

const { app, owner, ann, ben, boss, foreign, keys, members, makeKey, read } = await viewWorld();
const NOBODY = "018f4e9a-5c1e-7b3a-9c2d-00000000000a";

type Full = Exposure & { strangers: { routes: { method: string; path: string }[] } };

async function exposure(as?: string, more = "", who = owner): Promise<Full> {
  const query = new URLSearchParams({ ...(as !== undefined && { as }) });
  return answeredData<Full>(await read(`/api/exposure?${query}${more}`, who));
}

const collectionIn = (found: Exposure, slug: string) => found.collections.find((one) => one.slug === slug)!;
const statesOf = (found: Exposure, slug: string) =>
  ACTIONS.map((action) => collectionIn(found, slug).actions[action].state);

async function make(path: string, body: object): Promise<Record<string, string>> {
  return answeredData(await app.send(path, body, owner));
}

beforeAll(async () => {
  const fields = [
    { name: "title", type: "text" },
    { name: "note", type: "relation", to: "notes" },
  ];
  for (const slug of ["shared", "denied", "inbox", "linked"]) await make("/api/collections", { slug, fields });
  await make("/api/collections", { slug: "events", kind: "document" });
  const rules = [
    { role: "public", collection: "shared", action: ["read", "create", "update", "delete"] },
    { role: "public", collection: "denied", action: ["read", "delete"] },
    { role: "public", collection: "denied", action: ["read", "delete"], effect: "deny" },
    { role: "public", collection: "inbox", action: "create", fields: ["title"], check: { title: { _null: false } } },
    { role: "authenticated", collection: "linked", action: "read", condition: { "note.owner_id": "$user.id" } },
    { role: "authenticated", collection: "linked", action: "read", effect: "deny", condition: { title: "x" } },
    { role: "public", collection: "shared", action: "read", effect: "deny", fields: ["title"] },
    { role: "public", collection: "events", action: "create" },
    { role: "authenticated", collection: "users", action: "read", condition: { id: "$user.id" }, fields: ["name"] },
    { role: "public", collection: "channel:room:{room}", action: "read", condition: { room: "lobby" } },
  ];
  await make("/api/permissions", rules);
  for (let i = 0; i < 3; i++) await make("/api/items/shared", { title: `t${i}` });
});

const CALLERS: [as: string, who: () => { as: string; headers: Headers }][] = [
  ["anonymous", () => ({ as: "anonymous", headers: {} })],
  ["a user", () => ({ as: `user:${ann.id}`, headers: ann.headers })],
  ["an editor", () => ({ as: `user:${ben.id}`, headers: ben.headers })],
  ["an administrator", () => ({ as: `user:${boss.id}`, headers: boss.headers })],
  ["a publishable key", () => ({ as: `key:${keys.public.id}`, headers: keys.public.headers })],
  ["a key that reads one collection", () => ({ as: `key:${keys.narrow.id}`, headers: keys.narrow.headers })],
  ["a key of editors", () => ({ as: `key:${keys.editor.id}`, headers: keys.editor.headers })],
];

/** A request that the rules decide, and that changes nothing where they allow it. */
function requestFor(slug: string, action: Action): [path: string, body: object | undefined, method: string] {
  if (action === "read") return [`/api/items/${slug}?limit=200`, undefined, "GET"];
  if (action === "create") return [`/api/items/${slug}`, { title: {} }, "POST"];
  return [
    `/api/items/${slug}/${NOBODY}`,
    action === "update" ? {} : undefined,
    action === "update" ? "PATCH" : "DELETE",
  ];
}

describe("what is closed is refused, and nothing else is", () => {
  for (const [name, who] of CALLERS) {
    test(name, async () => {
      const { as, headers } = who();
      const found = await exposure(as);
      expect(found.collections.map(({ slug }) => slug)).toEqual(found.collections.map(({ slug }) => slug).toSorted());
      for (const { slug, actions, items } of found.collections) {
        for (const action of ACTIONS) {
          const { state, rules } = actions[action];
          const [path, body, method] = requestFor(slug, action);
          const answer = await app.send(path, body, headers, method);
          const isRefused = answer.status === 401 || answer.status === 403;
          expect([as, slug, action, isRefused]).toEqual([as, slug, action, state === "closed"]);
          if (action !== "read") continue;
          if (state === "closed") {
            expect(items).toBeNull();
            continue;
          }
          const { data } = (await answer.json()) as { data: Record<string, unknown>[] };
          expect(items).toEqual({ count: data.length, more: false });
          const { fields } = actions.read;
          for (const item of data) if (fields) expect(Object.keys(item).filter((f) => !fields.includes(f))).toEqual([]);
          if (!found.bypass && state === "open" && as === "anonymous") expect(rules.length).toBeGreaterThan(0);
        }
      }
    });
  }
});

test("states, conditions, fields and rules", async () => {
  const found = await exposure();
  expect(found).toMatchObject({ as: "anonymous", kind: "anonymous", roles: ["public"], bypass: false });
  expect(statesOf(found, "shared")).toEqual(["open", "open", "open", "open"]);
  expect(statesOf(found, "denied")).toEqual(["closed", "closed", "closed", "closed"]);
  expect(statesOf(found, "inbox")).toEqual(["closed", "conditional", "closed", "closed"]);
  expect(statesOf(found, "notes")).toEqual(["conditional", "closed", "closed", "closed"]);
  const { read: shared } = collectionIn(found, "shared").actions;
  expect(shared.fields).not.toContain("title");
  expect(shared.rules.map(({ effect }) => effect)).toEqual(["allow", "deny"]);
  expect(collectionIn(found, "notes").actions.read).toMatchObject({
    condition: { title: "open" },
    fields: ["id", "title"],
    rules: [{ role: "public", effect: "allow" }],
  });
  expect(collectionIn(found, "inbox").actions.create).toMatchObject({
    condition: { title: { _null: false } },
    fields: ["title"],
  });
  expect(collectionIn(found, "notes").try).toEqual({ path: "/api/items/notes", view_as: "anonymous" });
  expect(collectionIn(found, "users").actions.create).toMatchObject({ state: "closed", note: expect.any(String) });
  const signedIn = await exposure("authenticated");
  expect(collectionIn(signedIn, "linked").actions.read.condition).toEqual({
    $and: [{ "note.owner_id": "$user.id" }, { $not: { title: "x" } }],
  });
});

test("the condition finds the items that the caller may read", async () => {
  for (const [name, as, headers] of [
    ["anonymous", "anonymous", {}],
    ["ann", `user:${ann.id}`, ann.headers],
  ] as const) {
    const { condition } = collectionIn(await exposure(as), "notes").actions.read;
    const filter = JSON.stringify(condition).replaceAll('"$user.id"', JSON.stringify(ann.id));
    const found = await answeredData<unknown[]>(
      await read(`/api/items/notes?filter=${encodeURIComponent(filter)}`, owner),
    );
    const own = await answeredData<unknown[]>(await read("/api/items/notes", headers));
    expect([name, found.length]).toEqual([name, own.length]);
  }
});

test("one collection; and more items than are counted", async () => {
  const titles = (n: number) => Array.from({ length: n }, (_, i) => ({ title: `b${i}` }));
  for (let i = 0; i < 10; i++) await make("/api/items/linked", titles(100));
  await make("/api/permissions", { role: "public", collection: "linked", action: "read" });
  const [linked, ...others] = (await exposure(undefined, "&collection=linked")).collections;
  expect(others).toEqual([]);
  expect(linked!.items).toEqual({ count: 1000, more: false });
  await make("/api/items/linked", titles(5));
  expect((await exposure(undefined, "&collection=linked")).collections[0]!.items).toEqual({ count: 1000, more: true });
});

test("what is open beside collections", async () => {
  const { channels, strangers } = await exposure();
  expect(channels).toMatchObject([{ channel: "channel:room:{room}", read: [{ role: "public" }], create: [] }]);
  expect(strangers).toMatchObject({
    sign_up: { mode: "open", anonymous: false, captcha: false },
    publishable_keys: [{ name: "public", prefix: expect.stringMatching(/^pk_/) }],
    cors_origins: [],
  });
  const routes = strangers.routes.map(({ method, path }) => `${method} ${path}`);
  expect(routes).toContain("POST /api/auth/sign-up/email");
  expect(routes).not.toContain("GET /api/users");
  expect(routes.filter((route) => route.includes("/api/items"))).toEqual([]);
  expect(JSON.stringify(strangers)).not.toContain(keys.public.headers["x-api-key"]!);
});

test("the findings about strangers are those of the exposure", async () => {
  const { data } = (await (await read("/api/doctor", owner)).json()) as { data: { check: string; subject: string }[] };
  const found = await exposure();
  const ruleIds = (slug: string, ...actions: Action[]) =>
    actions.flatMap((action) => collectionIn(found, slug).actions[action].rules.map(({ id }) => `rule:${id}`));
  const subjectsOf = (check: string) => data.filter((one) => one.check === check).map(({ subject }) => subject);
  expect(subjectsOf("public-writes").toSorted()).toEqual(
    [...ruleIds("shared", "create", "update", "delete"), ...ruleIds("events", "create")].toSorted(),
  );
  expect(subjectsOf("public-documents")).toEqual(ruleIds("events", "create"));
  expect(subjectsOf("public-users")).toEqual([]);
});

describe("who may ask", () => {
  test("administrators, and members and keys that may read the rules and all items", async () => {
    for (const who of [boss.headers, keys.secret.headers, keys.reader.headers, ...Object.values(members)]) {
      expect(statesOf(await exposure(undefined, "", who), "shared")).toEqual(["open", "open", "open", "open"]);
    }
  });

  test("nobody else", async () => {
    expect(await refusalIn(await read("/api/exposure", {}))).toEqual([401, "UNAUTHORIZED"]);
    for (const who of [ann.headers, ben.headers, keys.public.headers, keys.editor.headers, keys.noRules.headers]) {
      expect((await refusalIn(await read("/api/exposure", who))).slice(0, 2)).toEqual([403, "FORBIDDEN"]);
    }
  });

  test("not about others' users and keys; and keys only for whoever may list them", async () => {
    for (const as of [`user:${foreign.id}`, `key:${keys.foreign.id}`, "user:x", "role:x", "", "me"]) {
      expect(await refusalIn(await read(`/api/exposure?as=${as}`, owner))).toEqual([422, "VALIDATION", "as"]);
    }
    const { strangers } = await exposure(undefined, "", keys.plain.headers);
    expect(strangers.publishable_keys).toBeNull();
    const { headers } = await makeKey("rules", { kind: "scoped", roles: ["admin"], actions: ["rules:read"] });
    const described = collectionIn(await exposure(undefined, "", headers), "shared");
    expect([described.actions.read.state, described.items, described.try]).toEqual(["open", null, null]);
    expect(await refusalIn(await read("/api/exposure?collection=none", owner))).toEqual([
      404,
      "COLLECTION_NOT_FOUND",
      "collection",
    ]);
  });
});
