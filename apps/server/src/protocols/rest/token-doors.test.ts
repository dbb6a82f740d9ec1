/** Every route of the table, the pages and the sockets with tokens that do not count: a new route cannot escape this. */
import { expect, test } from "bun:test";
import type { Tokens } from "@plinth/engine";
import { bearer } from "../../testing/app.ts";
import { claimsOf, openForger, part } from "../../testing/forger.ts";
import { PROTOCOLS } from "../index.ts";

const { world, token, foreign, own, right, header, signed, seconds } = await openForger();
const ID = "01a223dd-b0df-700f-b05f-297757780ddb";
const ROUTES = PROTOCOLS.flatMap((protocol) => protocol.routes);

/** A token that was right until its session ended. */
async function replayed(): Promise<string> {
  const account = { name: "Eve", email: "eve@example.com", password: "correct horse", tokens: true };
  const made = (await (await world.send("/api/auth/sign-up/email", account)).json()) as {
    token: string;
    tokens: Tokens;
  };
  const { access_token: used } = made.tokens;
  expect((await world.call("/api/me", { headers: bearer(used) })).status).toBe(200);
  expect((await world.send("/api/auth/sign-out", undefined, bearer(made.token))).status).toBe(200);
  return used;
}

const BAD: Readonly<Record<string, string>> = {
  unsigned: `${part({ alg: "none", kid: own.kid, typ: "JWT" })}.${part(right())}.`,
  "signed by none": `${part({ alg: "none", kid: own.kid, typ: "JWT" })}.${part(right())}.${token.split(".")[2]}`,
  "another algorithm": await own.sign(header({ alg: "RS256" }), right()),
  "another workspace's key": await own.sign(header({ kid: foreign }), right()),
  "an unknown key": await own.sign(header({ kid: ID }), right()),
  expired: await signed(right({ exp: seconds() })),
  early: await signed(right({ nbf: seconds() + 60 })),
  altered: `${token.split(".")[0]}.${part({ ...claimsOf(token), roles: ["admin"] })}.${token.split(".")[2]}`,
  replayed: await replayed(),
};

test("the tokens are refused by every route that reads credentials", async () => {
  const read = ROUTES.filter(({ access, needs }) => needs === "caller" && access !== "anyone");
  expect(read.length).toBeGreaterThan(120);
  const wrong: string[] = [];
  for (const { method, path } of read) {
    const hasBody = method !== "get" && method !== "delete";
    for (const [name, bad] of Object.entries(BAD)) {
      const at = path.replace(":workspace", "default").replace(/:(\w+)/g, ID);
      const answer = await world.send(at, hasBody ? {} : undefined, bearer(bad), method.toUpperCase());
      const text = await answer.text();
      if (answer.status !== 401 || !text.includes('"INVALID_TOKEN"')) wrong.push(`${name}: ${method} ${path}: ${text}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("they are worth nothing where a route looks for the session itself, or for none", async () => {
  const wrong: string[] = [];
  for (const { method, path, access } of ROUTES.filter(({ needs }) => needs !== "caller")) {
    const hasBody = method !== "get" && method !== "delete";
    for (const [name, bad] of Object.entries(BAD)) {
      const ask = async (headers: Record<string, string>) => {
        const sent = { ...headers, origin: "http://localhost:8787" };
        const at = path.replace(/:(\w+)/g, ID);
        const answer = await world.send(at, hasBody ? {} : undefined, sent, method.toUpperCase());
        return { status: answer.status, text: (await answer.text()).replaceAll(/"request_id":"[^"]*"/g, "") };
      };
      const [nobody, seen] = [await ask({}), await ask(bearer(bad))];
      const isRefused = seen.status === 401 || seen.status === nobody.status;
      if (!isRefused || /ada@|eve@/.test(seen.text) || (access === "account" && seen.status < 400))
        wrong.push(`${name}: ${method} ${path}: ${seen.status} ${seen.text}, nobody ${nobody.status}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("they open no socket, are no ticket, no key and no cookie, and no page shows an account", async () => {
  const cookie = `plinth-000000000001.session_token=`;
  for (const [name, bad] of [...Object.entries(BAD), ["right", token] as const]) {
    const refused = (path: string, headers: Record<string, string> = {}) =>
      world.open(path, headers).then(
        () => "open",
        (error: Error) => error.message,
      );
    if (name !== "right") {
      expect([name, await refused("/api/realtime/socket", bearer(bad))]).toEqual([name, "401 INVALID_TOKEN"]);
    }
    expect([name, await refused(`/api/realtime/socket?ticket=${bad}`)]).toEqual([name, "401 INVALID_TOKEN ticket"]);
    for (const headers of [
      { "x-api-key": bad },
      { apikey: bad },
      { cookie: cookie + bad },
      { cookie: `${cookie}${encodeURIComponent(`${bad}.${bad}`)}` },
    ] as Record<string, string>[]) {
      const me = await world.call("/api/me", { headers });
      expect([name, headers, (await me.text()).includes("@example.com")]).toEqual([name, headers, false]);
      const page = await world.call("/account", { headers });
      expect([name, headers, (await page.text()).includes("@example.com")]).toEqual([name, headers, false]);
    }
    const refresh = await world.send("/api/auth/token/refresh", { refresh_token: bad });
    expect([name, refresh.status]).toEqual([name, 401]);
  }
});
