/** Functions: who deploys and calls them, by whose rights they act, and what leaves them. */
import { describe, expect, test } from "bun:test";
import type { PublicFetch } from "@plinth/core";
import { bearer, refusalIn, testApp } from "../../testing/app.ts";
import { RUNTIMES } from "../../testing/runtimes.ts";

for (const { runtime, trusted } of RUNTIMES) {
  const asked: {
    url: string;
    method: string | undefined;
    headers: Record<string, string>;
    body: unknown;
  }[] = [];
  const publicFetch: PublicFetch = async (url, { method, headers, body }) => {
    asked.push({ url: url.href, method, headers: { ...headers }, body });
    const headersOf = new Headers({ "content-type": "application/json" });
    if (url.pathname === "/away") headersOf.set("location", "https://elsewhere.example/");
    if (url.pathname === "/inside") headersOf.set("location", "https://169.254.169.254/");
    const status = url.pathname === "/" ? 200 : 302;
    return { status, headers: headersOf, body: new Blob(['{"ok":true}']).stream() as ReadableStream<Uint8Array> };
  };

  const app = testApp({ maxBodyBytes: 400_000, signUp: "open", trustedFunctions: "owners" }, { publicFetch, trusted });
  await app.app.ready();
  const boss = bearer(await app.signUp("boss@example.com"));
  const made = async (path: string, body: unknown, method = "POST") => {
    const answer = await app.send(path, body, boss, method);
    if (!answer.ok) throw new Error(await answer.text());
    return ((await answer.json()) as { data: never }).data;
  };
  await made("/api/collections", { slug: "notes", fields: [{ name: "text", type: "text" }] });
  await made("/api/collections", { slug: "secrets", fields: [{ name: "text", type: "text" }] });
  await made("/api/roles", { name: "clerk" });
  await made("/api/permissions", { role: "clerk", collection: "notes", action: "create" });
  await made("/api/permissions", { role: "clerk", collection: "notes", action: "read" });

  const deploy = (name: string, source: string, more: object = {}) =>
    app.send(`/api/deployments/${name}`, { source, runtime, ...more }, boss, "PUT");
  const deployed = async (name: string, source: string, more: object = {}) => {
    const answer = await deploy(name, source, more);
    expect([answer.status, answer.ok ? "" : await answer.text()]).toEqual([200, ""]);
  };
  const call = (name: string, who: Record<string, string> = {}, body: unknown = {}) =>
    app.send(`/api/functions/${name}`, body, who);
  const dataOf = async (answer: Response) => ((await answer.json()) as { data: unknown }).data;
  const runsOf = (name: string) => made(`/api/deployments/${name}/runs`, undefined, "GET") as Promise<never>;
  const open = { http: { auth: "public" } };
  const all = ["read", "create", "update", "delete"];

  describe(runtime, () => {
    test("a function answers, by the version that is active", async () => {
      await deployed("hello", "export default () => 1", open);
      expect(await dataOf(await call("hello"))).toBe(1);
      await deployed("hello", "export default () => 2", open);
      expect(await dataOf(await call("hello"))).toBe(2);
      await made("/api/deployments/hello/rollback", { version: 1 });
      expect(await dataOf(await call("hello"))).toBe(1);
      const versions = (await made("/api/deployments/hello/versions", undefined, "GET")) as object[];
      expect(versions).toMatchObject([
        { version: 2, active: false },
        { version: 1, active: true },
      ] as never);
      expect(await refusalIn(await app.send("/api/deployments/hello/rollback", { version: 9 }, boss))).toEqual([
        404,
        "NOT_FOUND",
        "version",
      ]);
    });

    test("a wrong module is refused when it is deployed, with its line", async () => {
      const wrong = await deploy("wrong", "export default () => {\n  const = 1;\n}");
      expect(wrong.status).toBe(422);
      expect(await wrong.text()).toMatch(/SyntaxError.*line 2/);
      expect((await deploy("wrong", "export const a = 1")).status).toBe(422);
      expect((await deploy("wrong", "for (;;);\nexport default () => 1")).status).toBe(422);
      expect((await deploy("Wrong", "export default () => 1")).status).toBe(422);
      expect(
        (await deploy("wrong", "export default () => 1", { permissions: { actions: ["everything"] } })).status,
      ).toBe(422);
      expect((await deploy("wrong", `export default () => "${"x".repeat(300_000)}"`)).status).toBe(422);
      expect(await refusalIn(await call("wrong", boss))).toEqual([404, "NOT_FOUND"]);
    });

    test("without a word about it, only administrators call a function, and it reaches nothing", async () => {
      await deployed("closed", "export default (context) => [Object.keys(context).sort(), context.user?.kind]");
      expect(await refusalIn(await call("closed"))).toEqual([401, "UNAUTHORIZED"]);
      const ann = bearer(await app.signUp("ann@example.com"));
      expect(await refusalIn(await call("closed", ann))).toEqual([403, "FORBIDDEN"]);
      expect(await dataOf(await call("closed", boss))).toEqual([["env", "path", "request", "user"], "operator"]);
      expect(await refusalIn(await app.call("/api/functions/closed", { headers: boss }))).toEqual([
        405,
        "METHOD_NOT_ALLOWED",
      ]);
      expect(
        await refusalIn(
          await app.send("/api/deployments/closed", { source: "export default () => 1", runtime }, ann, "PUT"),
        ),
      ).toEqual([403, "FORBIDDEN"]);
      await deployed("members", "export default () => 1", { http: { auth: "signed_in" } });
      expect(await refusalIn(await call("members"))).toEqual([401, "UNAUTHORIZED"]);
      expect((await call("members", ann)).status).toBe(200);
      await deployed("clerks", "export default () => 1", { http: { auth: "role:clerk" } });
      expect(await refusalIn(await call("clerks", ann))).toEqual([403, "FORBIDDEN"]);
    });

    const WRITES = `export default async ({ db, request }) => {
  const { collection } = await request.json();
  const { id } = await db.create(collection, { text: "a" });
  return [(await db.get(collection, id)).text, (await db.list(collection, { filter: { id: { _eq: id } } })).data.length];
};`;

    test("it acts by the caller's rules, a role's, or none, and with no collection that it does not name", async () => {
      const permissions = { actions: all, collections: ["notes"] };
      await deployed("as-caller", WRITES, { ...open, permissions });
      await deployed("as-clerk", WRITES, { ...open, permissions: { ...permissions, as: "role:clerk" } });
      await deployed("as-system", WRITES, { ...open, permissions: { ...permissions, as: "system" } });
      const notes = { collection: "notes" };
      expect(await refusalIn(await call("as-caller", {}, notes))).toEqual([500, "FUNCTION_FAILED"]);
      expect(await dataOf(await call("as-caller", boss, notes))).toEqual(["a", 1]);
      expect(await dataOf(await call("as-clerk", {}, notes))).toEqual(["a", 1]);
      expect(await dataOf(await call("as-system", {}, notes))).toEqual(["a", 1]);
      for (const name of ["as-caller", "as-clerk", "as-system"]) {
        expect(await refusalIn(await call(name, boss, { collection: "secrets" }))).toEqual([500, "FUNCTION_FAILED"]);
      }
      await deployed("reader", WRITES, {
        ...open,
        permissions: { as: "system", actions: ["read"], collections: ["notes"] },
      });
      expect(await refusalIn(await call("reader", boss, notes))).toEqual([500, "FUNCTION_FAILED"]);
      const changes = (await made("/api/changes?collection=notes", undefined, "GET")) as { actor: string | null }[];
      const actors = changes.map(({ actor }) => actor);
      expect(actors.filter((actor) => actor?.startsWith("function:"))).toEqual([
        "function:as-clerk",
        "function:as-system",
      ]);
    });

    test("a batch is all or nothing, and its errors name the operation", async () => {
      const source = `export default async ({ db, request }) => {
    const operations = await request.json();
    return db.batch(operations).catch(({ code, details }) => [code, details.operation]);
  };`;
      const permissions = { as: "system", actions: all, collections: ["notes"] };
      await deployed("batch", source, { ...open, permissions });
      const create = (text: unknown) => ({ op: "create", collection: "notes", data: { text } });
      expect(await dataOf(await call("batch", {}, [create("x"), create("y")]))).toMatchObject([
        { text: "x" },
        { text: "y" },
      ] as never);
      expect(await dataOf(await call("batch", {}, [create("z"), create(5)]))).toEqual(["VALIDATION", 1] as never);
      const kept = (await made('/api/items/notes?filter={"text":{"_eq":"z"}}', undefined, "GET")) as unknown[];
      expect(kept).toEqual([]);
    });

    test("secrets are read by the function, and by nobody else", async () => {
      await deployed("secret", "export default ({ env }) => env.TOKEN.length", open);
      await made("/api/deployments/secret/secrets/TOKEN", { value: "very-secret" }, "PUT");
      expect(await dataOf(await call("secret"))).toBe(11);
      const shown = await (await app.call("/api/deployments/secret", { headers: boss })).text();
      expect(shown).toContain("TOKEN");
      expect(shown).not.toContain("very-secret");
      const stored = JSON.stringify(
        await app.driver.all({ sql: "select value from plinth_functions_secrets", params: [] }),
      );
      expect(stored).not.toContain("very-secret");
      expect((await app.send("/api/deployments/secret/secrets/token", { value: "x" }, boss, "PUT")).status).toBe(422);
      await made("/api/deployments/secret/secrets/TOKEN", undefined, "DELETE");
      expect(await refusalIn(await call("secret"))).toEqual([500, "FUNCTION_FAILED"]);
    });

    test("fetch reaches the hosts that are named, and no other by a redirect", async () => {
      const source = `export default async ({ request }) => {
    const answer = await fetch(await request.text(), { method: "POST", headers: { a: "1", host: "forged.example" }, body: "b" })
      .catch((error) => error);
    return answer instanceof Error ? [answer.code, answer.message] : [answer.status, await answer.json()];
  };`;
      await deployed("fetcher", source, {
        ...open,
        permissions: { fetch: ["api.example.com", "*.example.org", "127.0.0.1"] },
      });
      const ask = async (url: string) =>
        (await dataOf(await app.call("/api/functions/fetcher", { method: "POST", body: url }))) as [unknown, string];
      expect(await ask("https://api.example.com/")).toEqual([200, { ok: true }] as never);
      expect(asked.at(-1)).toEqual({
        url: "https://api.example.com/",
        method: "POST",
        headers: { a: "1", "content-type": "text/plain;charset=UTF-8" },
        body: "b",
      });
      expect((await ask("https://a.b.example.org/"))[0]).toBe(200);
      for (const url of [
        "https://example.com/",
        "https://api.example.com.evil.example/",
        "https://evilexample.org/",
        "https://api.example.com@evil.example/",
        "https://api.example.com:8443/",
        "https://api.example.com/away",
        "https://api.example.com/inside",
      ]) {
        expect((await ask(url))[0]).toBe("FORBIDDEN");
      }
      for (const url of ["http://api.example.com/", "https://127.0.0.1/", "https://user:pass@api.example.com/"]) {
        expect((await ask(url))[0]).toBe("VALIDATION");
      }
    });

    test("what comes in has no credentials, and what goes out no cookies", async () => {
      const source = `export default ({ request, path, user }) => new Response(JSON.stringify({ path, user, headers: [...request.headers.keys()], query: new URL(request.url).searchParams.get("q") }), {
    status: 201, headers: { "content-type": "text/html", "set-cookie": "a=b", "access-control-allow-origin": "*", "x-own": "1", "content-security-policy": "none" } });`;
      await deployed("echo", source, { http: { auth: "public", methods: ["GET"] } });
      const answer = await app.call("/api/functions/echo/a/b?q=1", {
        headers: { ...boss, cookie: "c=d", "x-hook": "2" },
      });
      expect(answer.status).toBe(201);
      const { path, headers, query, user } = (await answer.json()) as Record<string, unknown>;
      expect([path, query, (user as { kind: string }).kind]).toEqual(["a/b", "1", "operator"] as never);
      expect(headers).toEqual(["x-hook"] as never);
      const sent = Object.fromEntries(answer.headers);
      expect(sent).toMatchObject({ "content-type": "text/html", "x-own": "1", "content-security-policy": "sandbox" });
      expect(sent["set-cookie"]).toBeUndefined();
      expect(sent["access-control-allow-origin"]).toBeUndefined();
    });

    test("a run is logged with its lines and its error, and the caller reads neither", async () => {
      await deployed(
        "broken",
        `export default () => {\n  console.log("begins", { a: 1 });\n  throw new RangeError("inner detail");\n};`,
        open,
      );
      const answer = await call("broken");
      const text = await answer.text();
      expect([answer.status, text.includes("inner detail")]).toEqual([500, false]);
      const [run] = (await runsOf("broken")) as unknown as Record<string, unknown>[];
      expect(text).toContain(run!.id as string);
      expect(run).toMatchObject({
        status: "failed",
        trigger: "http",
        version: 1,
        actor: null,
        error: { kind: "error", name: "RangeError", message: "inner detail", line: 3 },
        logs: [{ level: "info", text: "begins {a: 1}" }],
      });
      await deployed("endless", "export default () => {\n  for (;;);\n};", { ...open, limits: { cpu_ms: 20 } });
      expect(await refusalIn(await call("endless"))).toEqual([500, "FUNCTION_FAILED"]);
      const [ended] = (await runsOf("endless")) as unknown as Record<string, unknown>[];
      expect(ended).toMatchObject({ error: { kind: "cpu_time" } });
    });

    test("a deleted function is gone, with its secrets; its runs are kept", async () => {
      await deployed("gone", "export default () => 1", open);
      await made("/api/deployments/gone/secrets/A", { value: "x" }, "PUT");
      await call("gone");
      await made("/api/deployments/gone", undefined, "DELETE");
      expect(await refusalIn(await call("gone"))).toEqual([404, "NOT_FOUND"]);
      expect(((await runsOf("gone")) as unknown[]).length).toBe(1);
      const log = (await made("/api/security-log", undefined, "GET")) as { type: string; target: string }[];
      expect(log.filter(({ target }) => target === "function:gone").map(({ type }) => type)).toEqual([
        "function_delete",
        "function_secret_change",
        "function_deploy",
      ]);
    });

    test("runs are deleted when they are old", async () => {
      await deployed("old", "export default () => 1", open);
      await call("old");
      await app.driver.run({ sql: "update plinth_runs set started_at = 1 where name = 'old'", params: [] });
      await call("old");
      await app.app.tick();
      expect(((await runsOf("old")) as unknown[]).length).toBe(1);
    });
  });
}
