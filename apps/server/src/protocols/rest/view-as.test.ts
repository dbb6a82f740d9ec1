/** What an administrator is answered as somebody else. */
import { describe, expect, test } from "bun:test";
import type { Route } from "../../http/route.ts";
import { refusalIn } from "../../testing/app.ts";
import { answeredData, type Headers, textOf, VIEW_AS_HEADER, viewing, viewWorld } from "../../testing/view-world.ts";
import { PROTOCOLS } from "../index.ts";

const refused = [403, "FORBIDDEN", VIEW_AS_HEADER];
const unknown = [422, "VALIDATION", VIEW_AS_HEADER];
const { app, owner, ann, ben, boss, annsNote, keys, members, makeKey, list, read, logged } = await viewWorld();

describe("the answer is that of the other", () => {
  const READS = [
    "/api/items/notes?sort=title",
    "/api/items/notes?sort=title&fields=title&meta=total_count",
    "/api/items/notes/export?format=ndjson",
    "/api/items/plans",
    "/api/items/users",
    "/api/openapi.json",
    '/api/items/notes?filter={"secret":{"_contains":"ann"}}',
  ];
  const WHO: [name: string, () => { as: string; headers: Headers }][] = [
    ["nobody", () => ({ as: "anonymous", headers: {} })],
    ["the role public", () => ({ as: "role:public", headers: {} })],
    ["a user", () => ({ as: `user:${ann.id}`, headers: ann.headers })],
    ["a user with a role", () => ({ as: `user:${ben.id}`, headers: ben.headers })],
    ["an administrator", () => ({ as: `user:${boss.id}`, headers: boss.headers })],
    ["a publishable key", () => ({ as: `key:${keys.public.id}`, headers: keys.public.headers })],
    ["a secret key", () => ({ as: `key:${keys.secret.id}`, headers: keys.secret.headers })],
    ["a scoped key", () => ({ as: `key:${keys.editor.id}`, headers: keys.editor.headers })],
  ];
  for (const [name, who] of WHO) {
    test(`as ${name}`, async () => {
      const { as, headers } = who();
      for (const path of READS) {
        const own = await textOf(read(path, headers));
        for (const viewer of [owner, boss.headers, keys.secret.headers, members.admin]) {
          expect(`${path} ${await textOf(read(path, viewing(viewer, as)))}`).toBe(`${path} ${own}`);
        }
      }
      const query = { filter: { title: { _contains: "of" } }, sort: ["title"] };
      const aggregate = { aggregates: { n: { count: "*" } } };
      for (const [path, body] of [
        ["/api/items/notes/query", query],
        ["/api/items/notes/aggregate", aggregate],
      ] as const) {
        const own = await textOf(app.send(path, body, headers));
        expect(await textOf(app.send(path, body, viewing(owner, as)))).toBe(own);
      }
    });
  }

  test("a role is a user who has it, and is nobody in particular", async () => {
    const titles = async (as: string) =>
      (await answeredData<{ title: string }[]>(await list(owner, as))).map((n) => n.title);
    expect(await titles("role:authenticated")).toEqual(["open"]);
    expect(await titles("role:editor")).toEqual(["of ann", "of ben", "open"]);
    expect(await titles("role:admin")).toEqual(["of ann", "of ben", "open"]);
  });

  test("answers are not mixed up: the same request as two users, at once and by turns", async () => {
    const one = await textOf(list(owner, `user:${ann.id}`));
    const other = await textOf(list(owner, `user:${ben.id}`));
    expect(one).not.toBe(other);
    const many = await Promise.all(
      Array.from({ length: 20 }, (_, i) => textOf(list(owner, `user:${i % 2 ? ben.id : ann.id}`))),
    );
    for (const [i, text] of many.entries()) expect(text).toBe(i % 2 ? other : one);
    expect(await textOf(read("/api/items/notes?sort=title", owner))).not.toBe(one);
  });

  test("a tag from one principal does not stand for what another sees", async () => {
    const path = `/api/items/notes/${annsNote}`;
    const tagAs = async (as: string) => (await read(path, viewing(owner, as))).headers.get("etag")!;
    const tags = [await tagAs(`user:${ann.id}`), await tagAs(`user:${boss.id}`), await tagAs("role:editor")];
    expect(new Set(tags).size).toBe(3);
    const cached = await read(path, { ...viewing(owner, `user:${boss.id}`), "if-none-match": tags[0]! });
    expect(cached.status).toBe(200);
    const known = await read(path, { ...viewing(owner, `user:${boss.id}`), "if-none-match": tags[1]! });
    expect(known.status).toBe(304);
  });

  test("the organization that the user's session would have chosen", async () => {
    await answeredData(await app.send("/api/organizations", {}, owner, "PUT"));
    const made = await answeredData(await app.send("/api/organizations", { name: "Acme", slug: "acme" }, ann.headers));
    await answeredData(
      await app.send(
        "/api/permissions",
        { role: "authenticated", collection: "plans", action: "read", condition: { title: "$org.id" } },
        owner,
      ),
    );
    await answeredData(await app.send("/api/items/plans", { title: made.id }, owner));
    const plans = async (as: string) => answeredData<unknown[]>(await read("/api/items/plans", viewing(owner, as)));
    expect(await plans(`user:${ann.id}`)).toHaveLength(0);
    expect(await plans(`user:${ann.id}@${made.id}`)).toHaveLength(1);
    expect(await refusalIn(await list(owner, `user:${ben.id}@${made.id}`))).toEqual(unknown as never);
  });
});

describe("nothing is changed", () => {
  const routes: readonly Route[] = PROTOCOLS.flatMap((protocol) => protocol.routes);
  const viewable = routes.filter(({ viewAs }) => viewAs);

  test("the routes that answer so are reads of items and files, the document, and what knows dry runs", () => {
    expect(viewable.map(({ method, path }) => `${method.toUpperCase()} ${path}`).sort()).toEqual([
      "DELETE /api/items/:slug",
      "GET /api/file-versions/:bucket/:path+",
      "GET /api/files/:bucket/:path+",
      "GET /api/folders/:bucket",
      "GET /api/folders/:bucket/zip",
      "GET /api/graphql",
      "GET /api/graphql/schema",
      "GET /api/items/:slug",
      "GET /api/items/:slug/:id",
      "GET /api/items/:slug/export",
      "GET /api/openapi.json",
      "PATCH /api/items/:slug",
      "POST /api/graphql",
      "POST /api/items/:slug/aggregate",
      "POST /api/items/:slug/import",
      "POST /api/items/:slug/query",
    ]);
  });

  test("every other route refuses, whoever asks", async () => {
    for (const { method, path, viewAs } of routes) {
      // Access keys of S3 are no operator's, who alone sees as others.
      if (viewAs || path.startsWith("/s3")) continue;
      const address = path.replace(":slug", "notes").replace(":workspace", "default").replace(/:\w+/g, ann.id);
      const init = { method: method.toUpperCase(), ...(method !== "get" && method !== "delete" && { body: "{}" }) };
      const headers = { ...viewing(owner, `user:${ann.id}`), "content-type": "application/json" };
      const answer = await app.call(address, { ...init, headers });
      expect([method, path, ...(await refusalIn(answer))]).toEqual([method, path, ...refused] as never);
    }
  });

  test("writes without dry_run are refused, and change nothing", async () => {
    const as = viewing(owner, `user:${ann.id}`);
    const before = await textOf(list(owner, "role:admin"));
    const filter = encodeURIComponent('{"title":"of ann"}');
    for (const [path, body, method] of [
      [`/api/items/notes?filter=${filter}`, { title: "x" }, "PATCH"],
      [`/api/items/notes?filter=${filter}&dry_run=false`, { title: "x" }, "PATCH"],
      [`/api/items/notes?filter=${filter}`, undefined, "DELETE"],
      ["/api/items/notes/import?format=json", [{ title: "x" }], "POST"],
      ["/api/items/notes/import?format=json&dry_run=false", [{ title: "x" }], "POST"],
    ] as const) {
      const keyed = { ...as, "idempotency-key": '"one"' };
      expect([path, ...(await refusalIn(await app.send(path, body, keyed, method)))]).toEqual([
        path,
        ...refused,
      ] as never);
    }
    const query = 'mutation { create_notes(data: { title: "x" }) { id } }';
    for (const who of [as, viewing(owner, "role:admin")]) {
      const answer = await (await app.send("/api/graphql", { query }, who)).json();
      expect(answer).toMatchObject({ errors: [{ extensions: { code: refused[1] } }] });
    }
    const tried = await app.send(
      `/api/items/notes?filter=${filter}&dry_run=true`,
      { title: "x" },
      { ...as, "idempotency-key": '"one"' },
      "PATCH",
    );
    expect(await answeredData(tried)).toEqual({ matched: 1, updated: 0, dry_run: true } as never);
    const imported = await app.send("/api/items/notes/import?format=json&dry_run=true", [{ title: "x" }], as);
    expect(imported.status).toBe(200);
    expect(await textOf(list(owner, "role:admin"))).toBe(before);
  });

  test("no session is made, and the key of which nothing came is not said to be used", async () => {
    const sessions = await answeredData<unknown[]>(await read("/api/sessions", ann.headers));
    const unused = await makeKey("unused", { kind: "publishable" });
    expect((await list(owner, `key:${unused.id}`)).status).toBe(200);
    expect((await list(owner, `user:${ann.id}`)).status).toBe(200);
    expect(await answeredData<unknown[]>(await read("/api/sessions", ann.headers))).toEqual(
      sessions.map(() => expect.anything()) as never,
    );
    const all = await answeredData<{ id: string; last_used_at: string | null }[]>(await read("/api/keys", owner));
    expect(all.find(({ id }) => id === unused.id)!.last_used_at).toBeNull();
  });
});

test("log lines of the request name both", async () => {
  logged.length = 0;
  expect((await read("/api/items/plans", viewing(keys.secret.headers, "anonymous"))).status).toBe(401);
  expect(logged).toContainEqual(
    expect.objectContaining({ viewer: `key:${keys.secret.id}`, viewAs: "anonymous", code: "UNAUTHORIZED" }),
  );
});
