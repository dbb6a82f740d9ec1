/** What no key may do, and a user only with a fresh proof, by the table of routes. */
import { beforeAll, describe, expect, test } from "bun:test";
import { ACCESS, type AccessName } from "@plinth/engine";
import type { Route } from "../../http/route.ts";
import { bearer, refusalIn, type TestApp, testApp } from "../../testing/app.ts";
import { PROTOCOLS } from "../index.ts";

const HOUR_MS = 3_600_000;

let world: TestApp;
let operator: Record<string, string>;
let admin: { session: Record<string, string>; access: Record<string, string> };
let secret: Record<string, string>;
let userId: string;

const dataOf = async <T = Record<string, string>>(response: Response) => ((await response.json()) as { data: T }).data;

beforeAll(async () => {
  world = testApp({ authRateLimit: 0 });
  operator = bearer(await world.signUp("operator@example.com"));
  const user = bearer(await world.signUp("user@example.com"));
  userId = (await dataOf(await world.call("/api/me", { headers: user }))).id!;
  const session = bearer(await world.signUp("admin@example.com"));
  const { id } = await dataOf(await world.call("/api/me", { headers: session }));
  expect((await world.send(`/api/users/${id}/roles`, { roles: ["admin"] }, operator, "PUT")).status).toBe(200);
  const tokens = await dataOf(await world.send("/api/auth/token", undefined, session));
  admin = { session, access: bearer(tokens.access_token!) };
  const made = await dataOf(await world.send("/api/keys", { name: "secret", kind: "secret" }, operator));
  secret = { "x-api-key": made.key! };
});

type Call = readonly [method: string, path: string, body?: object];

const nameOf = ({ method, path }: Route) => `${method.toUpperCase()} ${path}`;
const routes: readonly Route[] = PROTOCOLS.flatMap((protocol) => protocol.routes);
const always = routes.filter(({ fresh }) => fresh === "always");

/** A request that the guard decides, whatever comes after it. */
function callTo({ method, path }: Route): Call {
  const address = path.replace(/:id\b/, userId).replace(/:\w+/g, "any");
  return [method.toUpperCase(), address, method === "delete" ? undefined : {}];
}

const answer = async ([method, path, body]: Call, headers: Record<string, string>) =>
  refusalIn(await world.send(path, body, headers, method));

/** Of routes that decide by the request: one for which a proof is needed, and the field that is named. */
const sometimes: Record<string, () => readonly [call: Call, field: string][]> = {
  "PATCH /api/auth-settings": () => [
    [["PATCH", "/api/auth-settings", { sign_up: { mode: "open" } }], "sign_up"],
    [["PATCH", "/api/auth-settings", { email: { verification: "optional" } }], "email"],
    [["PATCH", "/api/auth-settings", { sessions: { max_hours: 9999 } }], "sessions"],
    [["PATCH", "/api/auth-settings", { tokens: { claims: {} } }], "tokens"],
    [["PATCH", "/api/auth-settings", { redirects: { urls: ["https://evil.example/x"] } }], "redirects"],
    [["PATCH", "/api/auth-settings", { hooks: { before_sign_up: null } }], "hooks"],
  ],
  "POST /api/keys": () => [
    [["POST", "/api/keys", { name: "k", kind: "secret" }], "kind"],
    [["POST", "/api/keys", { name: "k", kind: "scoped", roles: [], actions: ["read"] }], "kind"],
  ],
  "POST /api/keys/:id/rotate": () => [[["POST", `/api/keys/${userId}/rotate`, {}], "id"]],
  "POST /api/users": () => [[["POST", "/api/users", { email: "x@example.com", name: "X", roles: ["admin"] }], "roles"]],
  "PUT /api/users/:id/roles": () => [[["PUT", `/api/users/${userId}/roles`, { roles: ["admin"] }], "roles"]],
  "PATCH /api/workspaces/:workspace": () => [[["PATCH", "/api/workspaces/any", { slug: "another" }], "slug"]],
  "POST /api/sql": () => [[["POST", "/api/sql", { sql: "delete from x", mode: "write" }], "mode"]],
  "POST /api/invitations": () => [
    [["POST", "/api/invitations", { email: "x@example.com", roles: ["admin"] }], "roles"],
  ],
};

test("every such route is known here", () => {
  expect(Object.keys(sometimes).toSorted()).toEqual(
    routes
      .filter(({ fresh }) => fresh === "sometimes")
      .map(nameOf)
      .toSorted(),
  );
  expect(always.every(({ needs, access }) => needs === "caller" && access !== "anyone" && access !== "caller")).toBe(
    true,
  );
});

test("what makes a lasting right is among them", () => {
  const names = new Set(always.map(nameOf));
  for (const name of [
    "POST /api/operators",
    "POST /api/auth-providers",
    "PATCH /api/auth-providers/:name",
    "POST /api/trusted-issuers",
    "POST /api/signing-keys",
    "POST /api/signing-keys/rotate",
    "POST /api/users/:id/impersonate",
    "POST /api/workspaces/:workspace/archive",
    "POST /api/workspaces/:workspace/unarchive",
    "POST /api/workspaces/:workspace/restore",
    "DELETE /api/workspaces/:workspace",
  ]) {
    expect([name, names.has(name)]).toEqual([name, true]);
  }
});

const cases = (): readonly (readonly [name: string, call: Call, access: AccessName, field?: string])[] => [
  ...always.map((route) => [nameOf(route), callTo(route), route.access] as const),
  ...Object.entries(sometimes).flatMap(([name, calls]) => {
    const { access } = routes.find((route) => nameOf(route) === name)!;
    return calls().map(([call, field]) => [name, call, access, field] as const);
  }),
];

/** The caller is refused before the request is looked at. */
const isForOperators = (access: AccessName) => Object.keys(ACCESS[access].callers).join() === "operator";

describe("each", () => {
  test("refuses a secret key", async () => {
    for (const [name, call, access, field] of cases()) {
      const named = field && !isForOperators(access) ? [field] : [];
      expect([name, ...(await answer(call, secret))]).toEqual([name, 403, "FORBIDDEN", ...named]);
    }
  });

  test("refuses an access token, however fresh its session is", async () => {
    for (const [name, call, access, field] of cases()) {
      const code = isForOperators(access) ? "FORBIDDEN" : "STEP_UP_REQUIRED";
      const named = field && !isForOperators(access) ? [field] : [];
      expect([name, ...(await answer(call, admin.access))]).toEqual([name, 403, code, ...named]);
    }
  });

  test("refuses a session whose proof is old, until a new one", async () => {
    const old = { sql: "update plinth_sessions set authenticated_at = authenticated_at - ?1", params: [HOUR_MS] };
    await world.driver.run(old);
    for (const [name, call, access, field] of cases()) {
      const refused = [name, 403, "STEP_UP_REQUIRED", ...(field ? [field] : [])];
      const headers = "operator" in ACCESS[access].callers ? operator : admin.session;
      expect([name, ...(await answer(call, headers))]).toEqual(refused);
    }
    const path = "/api/operator/auth/step-up";
    expect((await world.send(path, { password: "correct horse" }, operator)).status).toBe(200);
    const made = await world.send("/api/keys", { name: "after", kind: "secret" }, operator);
    expect(made.status).toBe(201);
  });
});

test("a key makes publishable keys, and replaces its own secret", async () => {
  expect((await world.send("/api/keys", { name: "site", kind: "publishable" }, secret)).status).toBe(201);
  const keys = await dataOf<{ id: string; name: string }[]>(await world.call("/api/keys", { headers: secret }));
  const own = keys.find(({ name }) => name === "secret")!;
  expect((await world.send(`/api/keys/${own.id}/rotate`, {}, secret)).status).toBe(200);
});
