/** Every route with a caller of every kind: a kind that its definition does not name is refused. */
import { beforeAll, expect, test } from "bun:test";
import { MEMBER_ROLES, type MemberRole, type PrincipalKind } from "@plinth/core";
import { ACCESS, type Callers } from "@plinth/engine";
import * as z from "zod";
import { NATIVE } from "./http/native.ts";
import type { Route } from "./http/route.ts";
import { PROTOCOLS } from "./protocols/index.ts";
import { bearer, type TestApp, testApp } from "./testing/app.ts";

const ROUTES: readonly Route[] = PROTOCOLS.flatMap((protocol) => protocol.routes);
const KINDS: readonly PrincipalKind[] = ["anonymous", "user", "key", "operator"];
const PASSWORD = "correct horse";
const ID = "01a223dd-b0df-700f-b05f-297757780ddb";
const nameOf = ({ method, path }: Pick<Route, "method" | "path">) => `${method.toUpperCase()} ${path}`;

interface Caller {
  readonly kind: PrincipalKind;
  readonly headers: Record<string, string>;
  /** Full rights in the workspace, beside the kind. */
  readonly admin?: true;
  /** Of an operator: absent where it is in no workspace. */
  readonly role?: MemberRole;
  readonly server?: true;
}

let app: TestApp;
let callers: Record<string, Caller>;

beforeAll(async () => {
  const capabilities = { deduplicates: false, development: true };
  const sender = { name: "test", capabilities, send: async () => {} };
  app = testApp({ authRateLimit: 0 }, { mailer: sender, sms: sender });
  const boss = bearer(await app.signUp("boss@example.com"));
  const made = async (path: string, body: object, method = "POST") => {
    const response = await app.send(path, body, boss, method);
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return ((await response.json()) as { data: Record<string, string> }).data;
  };
  await made("/api/workspaces", { slug: "other", name: "other" });
  const member = async (workspace: string, role: MemberRole) => {
    const email = `${role}-of-${workspace}@example.com`;
    const { token: invitation } = await made(`/api/t/${workspace}/member-invitations`, { email, role });
    const account = { name: role, email, password: PASSWORD, invitation };
    const signedUp = await app.send("/api/operator/auth/sign-up/email", account);
    return bearer(((await signedUp.json()) as { token: string }).token);
  };
  const key = async (kind: string) => ({ "x-api-key": (await made("/api/keys", { name: kind, kind })).key! });
  const administrator = bearer(await app.signUp("admin@example.com"));
  const me = (await (await app.call("/api/me", { headers: administrator })).json()) as { data: { id: string } };
  await made(`/api/users/${me.data.id}/roles`, { roles: ["admin"] }, "PUT");
  callers = {
    nobody: { kind: "anonymous", headers: {} },
    "a user": { kind: "user", headers: bearer(await app.signUp("user@example.com")) },
    "an administrator": { kind: "user", headers: administrator, admin: true },
    "a publishable key": { kind: "key", headers: await key("publishable") },
    "a secret key": { kind: "key", headers: await key("secret"), admin: true },
    "an operator of another workspace": { kind: "operator", headers: await member("other", "owner") },
    "the owner of the server": { kind: "operator", headers: boss, role: "owner", server: true },
  };
  for (const role of MEMBER_ROLES) {
    callers[`an operator, ${role}`] = { kind: "operator", headers: await member("default", role), role };
  }
});

/** What a scope adds for members is walked in `members.test.ts`. */
function isAdmitted({ kind, admin, role, server }: Caller, access: Route["access"]): boolean {
  const needed = (ACCESS[access].callers as Callers)[kind];
  if (needed === undefined || needed === "any") return needed === "any";
  if (kind !== "operator") return admin === true;
  if (needed === "server") return server === true;
  if (needed === "action") return role !== undefined;
  return role !== undefined && MEMBER_ROLES.indexOf(role) <= MEMBER_ROLES.indexOf(needed as MemberRole);
}

/** A request that the door decides: nothing is there, and the body is never right. */
async function answerTo({ method, path }: Route, { headers }: Caller, body = '{"x":1}') {
  const address = path.replace(":workspace", "default").replace(/:(\w+)/g, ID);
  const hasBody = method !== "get" && method !== "delete";
  const sent = { accept: "application/json", ...headers, ...(hasBody && { "content-type": "application/json" }) };
  const response = await app.call(address, {
    method: method.toUpperCase(),
    headers: sent,
    ...(hasBody && { body }),
  });
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  const text = isJson ? await response.text() : "";
  if (!isJson) await response.body?.cancel();
  return { status: response.status, text };
}

test("each route names the kinds of its callers, and the document says the same", async () => {
  const { paths } = (await (await app.call("/api/openapi.json")).json()) as {
    paths: Record<string, Record<string, { "x-callers": string[]; security: object[] }>>;
  };
  // A protocol in another form has a document of its own.
  const native = PROTOCOLS.filter(({ errorResponse }) => errorResponse === NATIVE.errorResponse);
  for (const route of native.flatMap(({ routes }) => routes)) {
    const described = paths[route.path.replace(/:(\w+)\+?/g, "{$1}")]![route.method]!;
    const named = Object.keys(ACCESS[route.access].callers);
    expect([nameOf(route), described["x-callers"].toSorted()]).toEqual([nameOf(route), named.toSorted()]);
    expect(named.length).toBeGreaterThan(0);
    expect(named.every((kind) => KINDS.includes(kind as PrincipalKind))).toBe(true);
    if (route.access === "anyone") continue;
    const schemes = described.security.flatMap((one) => Object.keys(one));
    expect([nameOf(route), schemes.includes("apiKey")]).toEqual([nameOf(route), named.includes("key")]);
    expect([nameOf(route), described.security.some((one) => Object.keys(one).length === 0)]).toEqual([
      nameOf(route),
      named.includes("anonymous"),
    ]);
  }
});

/** Its door is the signature of the message. */
const SIGNED = "/api/flows/:name/message";
const DOOR = ROUTES.filter(({ needs, access, path }) => needs === "caller" && access !== "anyone" && path !== SIGNED);

test("a caller of a kind that is not named, or without what its kind needs, is refused", async () => {
  const wrong: string[] = [];
  let refused = 0;
  for (const route of DOOR) {
    for (const [who, caller] of Object.entries(callers)) {
      if (isAdmitted(caller, route.access)) continue;
      const { status, text } = await answerTo(route, caller);
      const code = (JSON.parse(text) as { error: { code: string } }).error.code;
      const isRefusal =
        caller.kind === "anonymous"
          ? status === 401 && code === "UNAUTHORIZED"
          : (status === 403 && code === "FORBIDDEN") ||
            // An operator without a role learns nothing of the workspace.
            (caller.kind === "operator" && caller.role === undefined && status === 404);
      if (!isRefusal) wrong.push(`${nameOf(route)} as ${who}: ${status} ${text}`);
      refused++;
    }
  }
  expect(wrong).toEqual([]);
  expect(refused).toBeGreaterThan(500);
});

test("whoever is named gets past the door", async () => {
  const wrong: string[] = [];
  for (const route of DOOR) {
    const { refusal } = ACCESS[route.access] as { refusal?: string };
    for (const [who, caller] of Object.entries(callers)) {
      if (!isAdmitted(caller, route.access)) continue;
      const { status, text } = await answerTo(route, caller);
      const isRefused =
        (status === 401 && caller.kind !== "anonymous") || (status === 403 && refusal && text.includes(refusal));
      if (isRefused) wrong.push(`${nameOf(route)} as ${who}: ${status} ${text}`);
    }
  }
  expect(wrong).toEqual([]);
});

/** Something valid for each field that a route needs where it finds the session itself. */
const VALUES: Readonly<Record<string, unknown>> = {
  password: PASSWORD,
  current_password: PASSWORD,
  new_password: "another horse",
  new_email: "new@example.com",
  phone: "+4915112345678",
  code: "123456",
  token: "none",
  provider: "google",
  response: { id: "none", response: {} },
};

function bodyFor({ body, path }: Route): string {
  const shape = body instanceof z.ZodObject ? Object.entries(body.shape as Record<string, z.ZodType>) : [];
  const needed = shape.filter(([, field]) => !field.safeParse(undefined).success).map(([name]) => name);
  const unknown = needed.find((name) => !Object.hasOwn(VALUES, name));
  if (unknown !== undefined) throw new Error(`${path}: no value is known for ${unknown}; add one to this test`);
  return JSON.stringify(Object.fromEntries(needed.map((name) => [name, VALUES[name]])));
}

test("what finds the session itself refuses whoever has none", async () => {
  const own = ROUTES.filter(({ needs, access }) => needs === "database" && access === "account");
  expect(own.length).toBeGreaterThan(10);
  for (const route of own) {
    for (const who of ["nobody", "a publishable key", "a secret key"]) {
      const caller = callers[who]!;
      const headers = { ...caller.headers, origin: "http://localhost:8787" };
      const { status } = await answerTo(route, { ...caller, headers }, bodyFor(route));
      expect([nameOf(route), who, [401, 403].includes(status)]).toEqual([nameOf(route), who, true]);
    }
  }
});
