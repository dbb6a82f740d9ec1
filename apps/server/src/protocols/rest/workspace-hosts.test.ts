/** A workspace's own host names: what they name, and what cannot be reached by them. */
import { beforeAll, describe, expect, test } from "bun:test";
import { APP_URL, bearer, refusalIn, sessionCookieIn, type TestApp, testApp } from "../../testing/app.ts";
import { giveHost, type HostWorld, hostWorld, joinShop, PASSWORD, SHOP } from "../../testing/host-world.ts";

/** The slug of the workspace that a request means. */
async function workspaceOf(response: Promise<Response>): Promise<string> {
  const { data } = (await (await response).json()) as { data: { workspace: { slug: string } } };
  return data.workspace.slug;
}

describe("a host name of a workspace", () => {
  let all: HostWorld;
  let cookie: string;

  beforeAll(async () => {
    all = await hostWorld();
    expect(await (await giveHost(all, "Shop.Example.org")).json()).toMatchObject({
      data: { host: "shop.example.org" },
    });
    cookie = await joinShop(all);
  });

  const me = (at: string, headers: Record<string, string>) => all.app.call(`${at}/api/me`, { headers });

  test("names it for whoever comes by it, and its cookie counts there", async () => {
    expect(await (await me(SHOP, { cookie })).json()).toMatchObject({
      data: { kind: "user", workspace: { id: all.acme }, email: "ann@example.com" },
    });
    expect(await (await me("http://SHOP.example.org.:8787", {})).json()).toMatchObject({
      data: { kind: "anonymous", workspace: { id: all.acme } },
    });
  });

  test("must agree with what path, header and credentials say", async () => {
    const { app, operator } = all;
    const at = (path: string, headers: Record<string, string>) => app.call(`${SHOP}${path}`, { headers });
    expect((await at("/api/t/acme/me", { "x-plinth-workspace": all.acme })).status).toBe(200);
    const secret = async (workspace: string) => {
      const headers = { ...operator, "x-plinth-workspace": workspace };
      const made = await app.send("/api/keys", { name: "k", kind: "secret" }, headers);
      return { "x-api-key": ((await made.json()) as { data: { key: string } }).data.key };
    };
    expect((await at("/api/me", await secret("acme"))).status).toBe(200);
    const stranger = bearer(await app.signUp("dan@example.com"));
    for (const [path, headers, named] of [
      ["/api/t/other/me", {}, true],
      ["/api/me", { "x-plinth-workspace": "other" }, true],
      ["/api/t/acme/me", { "x-plinth-workspace": "other" }, false],
      ["/api/me", await secret("other"), true],
      ["/api/me", stranger, true],
    ] as const) {
      const refused = await at(path, headers);
      const { error } = (await refused.json()) as { error: { code: string; message: string } };
      const namesHost = error.message.includes(new URL(SHOP).hostname);
      expect([path, refused.status, error.code, namesHost]).toEqual([path, 403, "WORKSPACE_MISMATCH", named]);
    }
    expect((await refusalIn(await at("/api/t/none/me", {})))[0]).toBe(404);
  });

  test("is no place for operators, as others decide where the name leads", async () => {
    const { app, operator } = all;
    const path = "/api/operator/auth/sign-in/email";
    const input = { email: "operator@example.com", password: PASSWORD };
    expect(await refusalIn(await app.send(SHOP + path, input))).toEqual([403, "WORKSPACE_MISMATCH"]);
    const signedIn = await app.send(path, input);
    const operatorCookie = sessionCookieIn(signedIn);
    expect(await (await me(APP_URL, { cookie: operatorCookie })).json()).toMatchObject({ data: { operator: true } });
    expect(await (await me(SHOP, { cookie: operatorCookie })).json()).toMatchObject({ data: { kind: "anonymous" } });
    for (const page of ["/setup", "/dev/inbox", "/operator/sign-in"]) {
      const status = (await app.call(SHOP + page, { headers: { cookie: operatorCookie } })).status;
      expect([page, status]).toEqual([page, 403]);
    }
    // A token is sent on purpose.
    expect((await me(SHOP, operator)).status).toBe(200);
  });

  test("only its own pages may write with its cookie", async () => {
    const { app } = all;
    const write = (at: string, origin: string) =>
      app.send(`${at}/api/auth/sign-out`, undefined, { cookie: "x=y", origin });
    expect((await write(SHOP, SHOP)).status).not.toBe(403);
    for (const [at, origin] of [
      [SHOP, APP_URL],
      [SHOP, "http://evil.example"],
      [APP_URL, SHOP],
      ["http://evil.example:8787", "http://evil.example:8787"],
    ] as const) {
      expect([at, origin, ...(await refusalIn(await write(at, origin)))]).toEqual([
        at,
        origin,
        403,
        "ORIGIN_FORBIDDEN",
      ]);
    }
  });

  test("belongs to one workspace, and only owners of the server give it", async () => {
    expect(await refusalIn(await giveHost(all, "shop.example.org", "other"))).toEqual([409, "CONFLICT", "host"]);
    expect((await giveHost(all, "shop.example.org")).status).toBe(200);
    const user = bearer(await all.app.signUp("eve@example.com"));
    expect(await refusalIn(await giveHost(all, "eve.example.org", "acme", user))).toEqual([403, "FORBIDDEN"]);
    for (const host of ["localhost", "127.0.0.1", "shop.example.org:80", "a_b.example", "-x.example", "%5B::1%5D"]) {
      expect([host, ...(await refusalIn(await giveHost(all, host)))]).toEqual([host, 422, "VALIDATION", "host"]);
    }
  });

  test("that was taken away names nothing", async () => {
    await giveHost(all, "old.example.org");
    const old = "http://old.example.org:8787/api/me";
    expect(await workspaceOf(all.app.call(old))).toBe("acme");
    const taken = await all.app.send("/api/workspaces/acme/hosts/old.example.org", undefined, all.operator, "DELETE");
    expect(taken.status).toBe(200);
    expect(await workspaceOf(all.app.call(old))).toBe("default");
    const again = await all.app.send("/api/workspaces/acme/hosts/old.example.org", undefined, all.operator, "DELETE");
    expect(await refusalIn(again)).toEqual([404, "NOT_FOUND", "host"]);
    const list = await all.app.call("/api/workspaces/acme/hosts", { headers: all.operator });
    expect(await list.json()).toMatchObject({ data: [{ host: "shop.example.org" }] });
    const log = await all.app.call("/api/operators/security-log?type=workspace_host_add,workspace_host_remove", {
      headers: all.operator,
    });
    const { data: events } = (await log.json()) as { data: { detail: { host: string } }[] };
    expect(events.map(({ detail }) => detail.host)).toContain("old.example.org");
  });
});

test("another server notices within two seconds, and reads nothing while it knows", async () => {
  const one = await hostWorld();
  let reads = 0;
  const counting = new Proxy(one.app.driver, {
    get(target, name, receiver) {
      const value = Reflect.get(target, name, receiver) as unknown;
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        if (JSON.stringify(args).includes("plinth_workspace_hosts")) reads++;
        return value.apply(target, args) as unknown;
      };
    },
  });
  const two = testApp({}, { driver: counting });
  const workspace = () => workspaceOf(two.call(`${SHOP}/api/me`));
  expect(await workspace()).toBe("default");
  for (let i = 0; i < 20; i++) await workspace();
  await two.call("/api/me");
  expect(reads).toBe(1);
  await giveHost(one, "shop.example.org");
  await Bun.sleep(1600);
  expect(await workspace()).toBe("acme");
});

describe("WORKSPACE_DOMAIN", () => {
  test("gives each workspace the name of its slug", async () => {
    const all = await hostWorld({ workspaceDomain: "example.net" });
    const at = (host: string) => all.app.call(`http://${host}:8787/api/me`);
    expect(await (await at("acme.example.net")).json()).toMatchObject({ data: { workspace: { id: all.acme } } });
    expect((await refusalIn(await at("nobody.example.net")))[0]).toBe(404);
    expect((await at("a.b.example.net")).status).toBe(200);
    for (const host of ["example.net", "shop.example.net"]) {
      expect(await refusalIn(await giveHost(all, host))).toEqual([422, "VALIDATION", "host"]);
    }
  });
});

test("the server's own name counts before a workspace's, where the host of the server checks names too", async () => {
  const { app: first } = await hostWorld();
  const settings = { allowedHosts: ["*"], appUrl: "https://acme.example.net", workspaceDomain: "example.net" };
  const at = async (more: object, host: string) => {
    const { call } = testApp({ ...settings, ...more }, { driver: first.driver });
    return workspaceOf(call(`https://${host}/api/me`));
  };
  expect(await at({}, "acme.example.net")).toBe("default");
  // Nobody has said that this is the server's: the first request may have come by the workspace's name.
  expect(await at({ appUrlIsGuessed: true }, "acme.example.net")).toBe("acme");
  const elsewhere = { appUrl: "https://app.example.net" };
  expect(await at(elsewhere, "app.example.net")).toBe("default");
  expect(await at(elsewhere, "acme.example.net")).toBe("acme");
});

test("a forwarded host name counts only behind a known proxy", async () => {
  const all = await hostWorld();
  await giveHost(all, "shop.example.org");
  const behind = testApp({ trustProxy: 1 }, { driver: all.app.driver });
  const call = (app: TestApp, host: string) => app.call("/api/me", { headers: { "x-forwarded-host": host } });
  expect(await workspaceOf(call(behind, "evil.example, shop.example.org"))).toBe("acme");
  expect(await workspaceOf(call(behind, "shop.example.org, evil.example"))).toBe("default");
  expect(await refusalIn(await call(behind, "a b"))).toEqual([400, "BAD_REQUEST", "x-forwarded-host"]);
  for (const host of ["shop.example.org", "a b"]) expect(await workspaceOf(call(all.app, host))).toBe("default");
});
