/** Every route of the route table, in a workspace that is archived or deleted: a new route cannot escape this. */
import { afterEach, beforeAll, expect, test } from "bun:test";
import { NATIVE } from "./http/native.ts";
import type { Route } from "./http/route.ts";
import { PROTOCOLS } from "./protocols/index.ts";
import { bearer, refusalIn, type TestApp, testApp } from "./testing/app.ts";

/** A protocol with errors of its own says it in its own tests. */
const ROUTES: readonly Route[] = PROTOCOLS.filter(
  ({ errorResponse }) => errorResponse === NATIVE.errorResponse,
).flatMap((protocol) => protocol.routes);
const PASSWORD = "correct horse";
/** They are about the server, or end what they are given. */
const OF_NO_WORKSPACE = ["/health", "/api/tick", "/api/auth/token/revoke"];

let app: TestApp;
let operator: Record<string, string>;
let callers: Record<string, Record<string, string>>;

beforeAll(async () => {
  app = testApp();
  operator = bearer(await app.signUp("operator@example.com"));
  const there = { ...operator, "x-plinth-workspace": "acme" };
  const make = async (path: string, body: object, headers: Record<string, string>) => {
    const response = await app.send(path, body, headers);
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return (await response.json()) as { data: { key: string }; token: string };
  };
  await make("/api/workspaces", { slug: "acme", name: "Acme" }, operator);
  await make("/api/collections", { slug: "films", fields: [{ name: "title", type: "text" }] }, there);
  const account = { name: "Bo", email: "bo@example.com", password: PASSWORD };
  const { token } = await make("/api/t/acme/auth/sign-up/email", account, {});
  const { data } = await make("/api/keys", { name: "all", kind: "secret" }, there);
  callers = { operator, user: bearer(token), key: { "x-api-key": data.key }, nobody: {} };
});

const change = async (name: string, method = "POST"): Promise<void> => {
  const response = await app.send(`/api/workspaces/acme${name}`, undefined, operator, method);
  if (!response.ok) throw new Error(await response.text());
};

afterEach(async () => {
  await change("/restore");
  await change("/unarchive");
});

const pathTo = ({ path }: Route): string =>
  path.replace(":slug", "films").replace(/:(\w+)/g, "01a223dd-b0df-700f-b05f-297757780ddb");

for (const [state, code, enter] of [
  ["archived", "WORKSPACE_ARCHIVED", () => change("/archive")],
  ["deleted", "NOT_FOUND", () => change("?confirm=acme", "DELETE")],
] as const) {
  test(`no route answers in a workspace that is ${state}`, async () => {
    await enter();
    const wrong: string[] = [];
    for (const route of ROUTES) {
      if (route.needs === "nothing" || OF_NO_WORKSPACE.some((path) => route.path.startsWith(path))) continue;
      const method = route.method.toUpperCase();
      const at = `/t/acme${pathTo(route)}`.replace("/t/acme/api", "/api/t/acme");
      for (const [who, headers] of Object.entries(callers)) {
        const response = await app.send(at, method === "GET" ? undefined : {}, headers, method);
        const [status, found] = await refusalIn(response);
        // Before the workspace is looked at, the body is.
        if (found !== code && !(route.needs === "database" && status === 422)) {
          wrong.push(`${method} ${at} as ${who}: ${status} ${found}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  test(`a socket ends when its workspace is ${state}, and a sign-in fails`, async () => {
    const socket = await app.open("/api/realtime/socket", callers.user);
    await enter();
    expect(await socket.next()).toMatchObject({ reason: code });
    const again = { email: "bo@example.com", password: PASSWORD };
    expect((await refusalIn(await app.send("/api/t/acme/auth/sign-in/email", again)))[1]).toBe(code);
  });

  test(`what was issued before works again once it is no longer ${state}`, async () => {
    await enter();
    await change(state === "archived" ? "/unarchive" : "/restore");
    for (const headers of Object.values(callers)) {
      const path = "/api/t/acme/me";
      expect((await app.call(path, { headers })).status).toBe(200);
    }
  });
}
