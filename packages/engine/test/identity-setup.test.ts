import { describe, expect, test } from "bun:test";
import { DEFAULT_WORKSPACE_ID } from "@plinth/core";
import { isLocal } from "../src/identity/setup.ts";
import { hasOperator, type IncomingRequest, setupLink, signUp } from "../src/index.ts";
import { bearer, CONFIG, codeOf, openWorld, signUpRequest, type World } from "./identity-support.ts";

const HERE: IncomingRequest = { url: `${CONFIG.appUrl}/`, headers: new Headers(), remoteAddress: "127.0.0.1" };
const ELSEWHERE: IncomingRequest = { ...HERE, remoteAddress: "192.0.2.1" };

const attempt = (world: World, email: string, incoming: IncomingRequest, token?: string) =>
  signUp(world.engine, world.driver, signUpRequest(email), {
    ...incoming,
    workspaceId: DEFAULT_WORKSPACE_ID,
    token,
    email,
    invitation: undefined,
  });
const tokenOf = async (world: World) =>
  new URL((await setupLink(world.engine, world.driver))!).searchParams.get("token")!;
const countOf = async (world: World, table: string) =>
  (await world.driver.all({ sql: `select count(*) as n from ${table}`, params: [] }))[0]!.n;

describe("the first operator", () => {
  test("is made by the link's token, which then ends", async () => {
    const world = await openWorld();
    const token = await tokenOf(world);
    expect(token).toMatch(/^[\w-]{43}$/);
    const response = await attempt(world, "first@example.com", ELSEWHERE, token);
    const session = ((await response.json()) as { token: string }).token;
    expect((await world.who(bearer(session))).principal).toMatchObject({
      roles: ["public", "authenticated", "admin"],
      kind: "operator",
      operator: { owner: true },
    });
    expect(await setupLink(world.engine, world.driver)).toBeNull();
    expect(await setupLink(world.replica, world.driver)).toBeNull();
    expect(await codeOf(() => attempt(world, "second@example.com", ELSEWHERE, token))).toBe("CONFLICT");
    const second = await attempt(world, "second@example.com", ELSEWHERE);
    const other = ((await second.json()) as { token: string }).token;
    expect((await world.who(bearer(other))).principal).toMatchObject({
      roles: ["public", "authenticated"],
      kind: "user",
    });
  });

  test("is nobody without the token from elsewhere, and nothing is written", async () => {
    const world = await openWorld();
    expect(await codeOf(() => attempt(world, "a@example.com", ELSEWHERE))).toBe("SETUP_REQUIRED");
    for (const token of ["wrong", `${await tokenOf(world)}x`]) {
      expect(await codeOf(() => attempt(world, "a@example.com", HERE, token))).toBe("SETUP_REQUIRED");
    }
    // An empty token claims to be on this machine.
    expect(await codeOf(() => attempt(world, "a@example.com", ELSEWHERE, ""))).toBe("SETUP_REQUIRED");
    for (const table of ["plinth_users", "plinth_settings", "plinth_user_roles", "plinth_operators"])
      expect(await countOf(world, table)).toBe(0);
    expect(await hasOperator(world.engine, world.driver)).toBe(false);
  });

  test("is exactly one of those who come at the same moment", async () => {
    const world = await openWorld();
    const token = await tokenOf(world);
    const engines = [world.engine, world.replica];
    const codes = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        codeOf(() => attempt({ ...world, engine: engines[i % 2]! }, `user${i}@example.com`, ELSEWHERE, token)),
      ),
    );
    expect(codes.toSorted()).toEqual([...Array(7).fill("CONFLICT"), undefined]);
    for (const table of ["plinth_users", "plinth_accounts", "plinth_operators"]) {
      expect(await countOf(world, table)).toBe(1);
    }
  });

  test("a failed first sign-up leaves the way open", async () => {
    const world = await openWorld();
    await world.driver.run({ sql: "alter table plinth_sessions rename to hidden", params: [] });
    await attempt(world, "a@example.com", HERE).catch(() => {});
    await world.driver.run({ sql: "alter table hidden rename to plinth_sessions", params: [] });
    expect(await hasOperator(world.engine, world.driver)).toBe(false);
    expect(await countOf(world, "plinth_users")).toBe(0);
    expect((await attempt(world, "a@example.com", HERE)).status).toBe(200);
  });
});

describe("a local visitor", () => {
  const local = (change: Partial<IncomingRequest> & { host?: string; appUrl?: string; trustProxy?: number }) => {
    const { host = CONFIG.host, appUrl = CONFIG.appUrl, trustProxy = 0, ...arrival } = change;
    return isLocal({ host, appUrl, trustProxy }, { ...HERE, ...arrival });
  };
  const headers = (entries: Record<string, string>) => ({ headers: new Headers(entries) });

  test("is one by every sign", () => {
    expect(local({})).toBe(true);
    for (const remoteAddress of ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
      expect(local({ remoteAddress })).toBe(true);
    for (const host of ["localhost", "127.0.0.1", "::1"]) expect(local({ host })).toBe(true);
    for (const url of ["http://localhost:8787/", "http://127.0.0.1:8787/", "http://[::1]:8787/"])
      expect(local({ url })).toBe(true);
    expect(local(headers({ host: "localhost:8787" }))).toBe(true);
  });

  test("is none when one sign is missing", () => {
    for (const host of ["0.0.0.0", "::", "192.168.1.4", "plinth.example"]) expect(local({ host })).toBe(false);
    for (const appUrl of ["https://plinth.example", "http://192.168.1.4:8787", "https://127.0.0.1.example.com"])
      expect(local({ appUrl })).toBe(false);
    // A proxy on this machine that forwards 127.0.0.1 as the host and adds no headers of its own.
    expect(local({ trustProxy: 1 })).toBe(false);
    expect(local({ remoteAddress: undefined })).toBe(false);
    for (const remoteAddress of ["192.0.2.1", "::2", "127.0.0.1.example.com", ""])
      expect(local({ remoteAddress })).toBe(false);
    // A page of another site whose name resolves to this machine.
    expect(local({ url: "http://rebound.example:8787/" })).toBe(false);
    for (const host of ["rebound.example:8787", "localhost.rebound.example", "127.0.0.1.rebound.example", "@", ""]) {
      expect(local(headers({ host }))).toBe(false);
    }
    for (const name of ["x-forwarded-for", "forwarded", "x-real-ip", "via"])
      expect(local(headers({ [name]: "127.0.0.1" }))).toBe(false);
  });
});
