import { expect, test } from "bun:test";
import type { AdminFiles, Platform } from "@plinth/core";
import { testApp } from "../../testing/app.ts";
import { giveHost, hostWorld, SHOP } from "../../testing/host-world.ts";

const PAGE = '<!doctype html><meta name="plinth-api" content="">';

/** A build with one page, one script in all its forms, and an icon; `read` counts what was read. */
function builtAdmin(page = PAGE, more: Partial<AdminFiles> = {}) {
  const files: Record<string, string> = {
    "files.json": JSON.stringify({
      "index.html": { type: "text/html; charset=utf-8", tag: "page", forms: [] },
      "icon.svg": { type: "image/svg+xml", tag: "icon", forms: [] },
      "assets/main-1.js": { type: "text/javascript; charset=utf-8", tag: "main", forms: ["br", "gz"] },
      "assets/lost-1.js": { type: "text/javascript; charset=utf-8", tag: "lost", forms: [] },
    }),
    "index.html": page,
    "icon.svg": "<svg/>",
    "assets/main-1.js": "plain",
    "assets/main-1.js.br": "brotli",
    "assets/main-1.js.gz": "gzip",
    "../secret": "a secret",
    secret: "a secret",
  };
  const read: string[] = [];
  const admin: AdminFiles = {
    read(name) {
      read.push(name);
      return files[name] === undefined ? undefined : new TextEncoder().encode(files[name]);
    },
    ...more,
  };
  return { admin, files, read };
}

/** A server whose database never answers: the admin needs none. */
function appWith(admin: Platform["admin"]) {
  const driver = new Proxy({} as never, {
    get: (_, name) => {
      throw new Error(`the database was asked for ${String(name)}`);
    },
  });
  return testApp({}, { admin, driver });
}

const headersOf = ({ headers }: Response, ...names: string[]) => names.map((name) => headers.get(name));

test("all paths are the page, with its policy, and without the database", async () => {
  const { call } = appWith(builtAdmin().admin);
  for (const path of ["/admin", "/admin/", "/admin?x=1", "/admin/t/default/collections", "/admin/t/a/items/x.y"]) {
    const answer = await call(path);
    expect([path, answer.status, await answer.text()]).toEqual([path, 200, PAGE]);
    expect(headersOf(answer, "content-type", "cache-control", "etag", "x-content-type-options")).toEqual([
      "text/html; charset=utf-8",
      "no-cache",
      '"page"',
      "nosniff",
    ]);
    expect(headersOf(answer, "referrer-policy", "cross-origin-opener-policy")).toEqual(["no-referrer", "same-origin"]);
    expect(answer.headers.get("content-security-policy")).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; " +
        "img-src 'self' data: blob:; frame-src blob:; font-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; " +
        "frame-ancestors 'none'",
    );
  }
});

test("a page that names another origin of the API may call that one too, and nothing else", async () => {
  const policyWith = async (content: string) => {
    const { call } = appWith(builtAdmin(`<meta name="plinth-api" content="${content}" />`).admin);
    return /connect-src ([^;]*)/.exec((await call("/admin")).headers.get("content-security-policy")!)![1];
  };
  expect(await policyWith("https://api.example.com/")).toBe("'self' https://api.example.com wss://api.example.com");
  expect(await policyWith("https://api.example.com; script-src *")).toBe("'self'");
  expect(await policyWith("javascript:alert(1)")).toBe("'self'");
});

test("files are kept for good by their names, in the smallest form that is accepted", async () => {
  const { call } = appWith(builtAdmin().admin);
  const get = async (accepted?: string) => {
    const answer = await call("/admin/assets/main-1.js", {
      ...(accepted !== undefined && { headers: { "accept-encoding": accepted } }),
    });
    expect(headersOf(answer, "content-type", "cache-control", "vary")).toEqual([
      "text/javascript; charset=utf-8",
      "public, max-age=31536000, immutable",
      "accept-encoding",
    ]);
    return [await answer.text(), ...headersOf(answer, "content-encoding", "etag")];
  };
  expect(await get("gzip, deflate, br")).toEqual(["brotli", "br", '"main-br"']);
  expect(await get("gzip;q=1.0, br;q=0.5")).toEqual(["gzip", "gzip", '"main-gz"']);
  expect(await get("br;q=0, *")).toEqual(["gzip", "gzip", '"main-gz"']);
  for (const none of [undefined, "", "identity", "br;q=0, gzip;q=0", "br;q=many"])
    expect(await get(none)).toEqual(["plain", null, '"main"']);
});

test("where the host compresses, the compressed forms are left to it", async () => {
  const { call } = appWith(builtAdmin(PAGE, { hostCompresses: true }).admin);
  const answer = await call("/admin/assets/main-1.js", { headers: { "accept-encoding": "br" } });
  expect([await answer.text(), ...headersOf(answer, "content-encoding", "vary")]).toEqual(["plain", null, null]);
});

test("who has a file gets no second copy, and HEAD gets none at all", async () => {
  const { call } = appWith(builtAdmin().admin);
  for (const [path, tag] of [
    ["/admin", '"page"'],
    ["/admin/icon.svg", 'W/"icon"'],
    ["/admin/assets/main-1.js", '"other", "main"'],
    ["/admin/assets/main-1.js", "*"],
  ] as const) {
    const answer = await call(path, { headers: { "if-none-match": tag } });
    expect([path, answer.status, await answer.text()]).toEqual([path, 304, ""]);
    expect(answer.headers.get("etag")).not.toBeNull();
  }
  expect((await call("/admin", { headers: { "if-none-match": '"older"' } })).status).toBe(200);
  const head = await call("/admin/assets/main-1.js", { method: "HEAD" });
  expect([head.status, await head.text(), head.headers.get("etag")]).toEqual([200, "", '"main"']);
  expect((await call("/admin", { method: "POST" })).status).toBe(405);
});

test("only what the build lists is read, whatever a path says", async () => {
  const { admin, files, read } = builtAdmin();
  const { call } = appWith(admin);
  for (const path of [
    "/admin/files.json",
    "/admin/assets/main-2.js",
    "/admin/assets/",
    "/admin/assets/main-1.js.br",
    "/admin/assets/lost-1.js",
    "/admin/assets/..%2f..%2fsecret",
    "/admin/assets/%2e%2e%2f%2e%2e%2fsecret",
    "/admin/..%5csecret",
    "/admin/..%2fsecret",
    "/admin/assets/constructor",
    "/admin/assets/__proto__",
    "/admin/favicon.ico",
  ]) {
    const answer = await call(path);
    const { error } = (await answer.json()) as { error: { code: string } };
    expect([path, answer.status, error.code]).toEqual([path, 404, "NOT_FOUND"]);
    expect(answer.headers.get("cache-control")).toBe("no-store");
  }
  expect(await (await call("/admin/%2e%2e/%2e%2e/secret")).text()).not.toContain("a secret");
  const listed = ["files.json", ...Object.keys(JSON.parse(files["files.json"]!))];
  expect(read.filter((name) => !listed.includes(name))).toEqual([]);
});

test("the paths of a workspace's users and of the operators' pages have no admin", async () => {
  const { call } = testApp({}, { admin: builtAdmin().admin });
  for (const path of ["/t/default/admin", "/operator/admin", "/operator/t/default/admin", "/administrator", "/Admin"])
    expect([path, (await call(path)).status]).toEqual([path, 404]);
});

test("at a workspace's own host name there is no admin, and at other names of the server there is", async () => {
  const world = await hostWorld({}, { admin: builtAdmin().admin });
  expect((await giveHost(world, "shop.example.org")).status).toBe(200);
  const { call } = world.app;
  for (const path of ["/admin", "/admin/assets/main-1.js", "/admin/t/acme"])
    expect([path, (await call(SHOP + path)).status]).toEqual([path, 404]);
  const home = await call(`${SHOP}/`, { headers: { accept: "text/html" } });
  expect([home.status, home.headers.get("location")]).toEqual([302, "/account"]);
  expect((await call("http://other.example.org:8787/admin")).status).toBe(200);
});

test("the server's address leads people to the admin, once there is somebody to use it", async () => {
  const { call, signUp } = testApp({}, { admin: builtAdmin().admin });
  const people = { headers: { accept: "text/html,application/xhtml+xml" } };
  const leadsTo = async (path: string) => {
    const answer = await call(path, people);
    return [answer.status, answer.headers.get("location")];
  };
  expect(await leadsTo("/")).toEqual([303, "/setup"]);
  expect(await leadsTo("/operator/sign-in?next=/admin/t/default")).toEqual([302, "/setup"]);
  await signUp("operator@example.com");
  expect(await leadsTo("/")).toEqual([303, "/admin"]);
  expect(await leadsTo("/?lang=de")).toEqual([303, "/admin?lang=de"]);
  expect((await call("/", { headers: { accept: "*/*" } })).status).toBe(200);
});

test("the setup page tells who comes without a link where it is", async () => {
  const { call } = testApp({}, { admin: builtAdmin().admin });
  const page = await call("/setup", { from: "192.0.2.1" });
  expect([page.status, await page.text()]).toEqual([403, expect.stringContaining("wrote a setup link")]);
  const wrong = await call("/setup?token=wrong", { from: "192.0.2.1" });
  expect([wrong.status, await wrong.text()]).toEqual([403, expect.stringContaining("This link does not fit")]);
});

test("without a build the address says what to run, and the server's own page stays", async () => {
  const { call } = testApp({}, { admin: { read: () => undefined } });
  const missing = await call("/admin/t/default");
  expect([missing.status, await missing.text()]).toEqual([503, expect.stringContaining("npm run build admin")]);
  expect(missing.headers.get("refresh")).toBe("5");
  const start = await call("/", { headers: { accept: "text/html" } });
  expect([start.status, await start.text()]).toEqual([200, expect.stringContaining("waiting for you")]);
});

test("a build that was made later, or could not be read once, is found", async () => {
  const { admin } = builtAdmin();
  let state: "missing" | "unreadable" | "there" = "missing";
  const { call } = appWith({
    read(name) {
      if (state === "unreadable") throw new Error("EIO");
      return state === "there" ? admin.read(name) : undefined;
    },
  });
  expect((await call("/admin")).status).toBe(503);
  state = "unreadable";
  expect((await call("/admin")).status).toBe(500);
  state = "there";
  expect((await call("/admin")).status).toBe(200);
});

test("ADMIN=off leaves an unknown path, and the server's own page", async () => {
  const { call } = testApp({ admin: false }, { admin: builtAdmin().admin });
  expect((await call("/admin")).status).toBe(404);
  expect((await call("/", { headers: { accept: "text/html" } })).status).toBe(200);
});
