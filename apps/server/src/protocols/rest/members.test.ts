/** What operators may do in a workspace of which they are members, and in the others, by the table of routes. */
import { beforeAll, expect, test } from "bun:test";
import { type AdminAction, MEMBER_ROLES, type MemberRole, memberRights } from "@plinth/core";
import type { Route } from "../../http/route.ts";
import { bearer, refusalIn, type TestApp, testApp } from "../../testing/app.ts";
import { PROTOCOLS } from "../index.ts";

const ID = "01a223dd-b0df-700f-b05f-297757780ddb";
const routes: readonly Route[] = PROTOCOLS.flatMap((protocol) => protocol.routes).filter(
  ({ needs, access, path }) => needs === "caller" && access !== "anyone" && path.startsWith("/api/"),
);
const nameOf = ({ method, path }: Route) => `${method.toUpperCase()} ${path}`;

let world: TestApp;
let owner: Record<string, string>;
const members = {} as Record<MemberRole, Record<string, string>>;

async function dataOf(response: Response): Promise<Record<string, string>> {
  if (!response.ok) throw new Error(await response.text());
  return ((await response.json()) as { data: Record<string, string> }).data;
}

beforeAll(async () => {
  world = testApp({ authRateLimit: 0 });
  owner = bearer(await world.signUp("owner@example.com"));
  for (const slug of ["acme", "other"]) await dataOf(await world.send("/api/workspaces", { slug, name: slug }, owner));
  for (const role of MEMBER_ROLES) {
    const email = `member-${role}@example.com`;
    const invited = await dataOf(await world.send("/api/t/acme/member-invitations", { email, role }, owner));
    const account = { name: role, email, password: "correct horse", invitation: invited.token };
    const joined = await world.send("/api/operator/auth/sign-up/email", account);
    members[role] = bearer(((await joined.json()) as { token: string }).token);
  }
});

/** A request that the guard decides: nothing is there, and the body is never right. */
async function answerTo(route: Route, workspace: string, headers: Record<string, string>) {
  const path = route.path.replace("/api/", `/api/t/${workspace}/`).replace(/:(\w+)/g, ID);
  const method = route.method.toUpperCase();
  const body = method === "GET" || method === "DELETE" ? undefined : { x: 1 };
  const response = await world.send(path, body, headers, method);
  if (response.headers.get("content-type")?.includes("json") !== true) {
    await response.body?.cancel();
    return [response.status] as const;
  }
  if (!/^\/api\/graphql(\/|$)/.test(route.path)) return refusalIn(response);
  const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
  return [response.status, ...(errors?.map(({ extensions }) => extensions.code) ?? [])] as const;
}

function actionOf({ scope, method }: Route): AdminAction | undefined {
  if (scope === undefined || scope === "none" || scope === "items" || scope === "open") return undefined;
  return scope.includes(":")
    ? (scope as AdminAction)
    : (`${scope}:${method === "get" ? "read" : "write"}` as AdminAction);
}

test("each route of the administration asks for the member's right", async () => {
  for (const role of MEMBER_ROLES) {
    const { scope } = memberRights(role);
    for (const route of routes.filter(({ access }) => access === "admin")) {
      const action = actionOf(route);
      const allowed = !scope || (action !== undefined && scope.actions.includes(action));
      const [status] = await answerTo(route, "acme", members[role]);
      expect([role, nameOf(route), status === 403]).toEqual([role, nameOf(route), !allowed]);
    }
  }
});

test("what concerns the server is for its owners", async () => {
  for (const role of MEMBER_ROLES) {
    for (const route of routes.filter(({ access }) => access === "server_owner")) {
      const [status, code] = await answerTo(route, "acme", members[role]);
      expect([role, nameOf(route), status, code]).toEqual([role, nameOf(route), 403, "FORBIDDEN"]);
    }
  }
});

test("a member has no rights in another workspace, by any route", async () => {
  for (const role of MEMBER_ROLES) {
    for (const route of routes) {
      const [status, code] = await answerTo(route, "other", members[role]);
      expect([role, nameOf(route), status, code]).toEqual([role, nameOf(route), 403, "WORKSPACE_MISMATCH"]);
    }
    // Nor in the default one, where an operator is who names none.
    for (const route of routes.filter(({ access }) => access === "admin" || access === "server_owner")) {
      const path = route.path.replace(/:(\w+)/g, ID);
      const method = route.method.toUpperCase();
      const body = method === "GET" || method === "DELETE" ? undefined : { x: 1 };
      const response = await world.send(path, body, members[role], method);
      expect([role, nameOf(route), response.status]).toEqual([role, nameOf(route), 403]);
    }
  }
});

test("a socket ends with the membership", async () => {
  const socket = await world.open("/api/t/acme/realtime/socket", members.viewer);
  const all = await (await world.call("/api/t/acme/members", { headers: owner })).json();
  const { id } = (all as { data: { id: string; role: string }[] }).data.find(({ role }) => role === "viewer")!;
  await dataOf(await world.send(`/api/t/acme/members/${id}`, undefined, owner, "DELETE"));
  expect(await socket.next()).toMatchObject({ reason: "INVALID_TOKEN" });
  expect(await refusalIn(await world.call("/api/t/acme/me", { headers: members.viewer }))).toEqual([
    403,
    "WORKSPACE_MISMATCH",
  ]);
});

test("the page of an invitation leads to a new operator's account", async () => {
  const invited = await dataOf(
    await world.send("/api/t/acme/member-invitations", { email: "new@example.com", role: "viewer" }, owner),
  );
  const { pathname, search } = new URL(invited.link!);
  const page = await world.call(pathname + search);
  expect([pathname, page.status, await page.text()]).toEqual([
    "/operator/invitation",
    200,
    expect.stringContaining('"api":"/api/operator"'),
  ]);
  // It says as what one is invited, and leads on to the workspace.
  const told = await (await world.call(pathname + search)).text();
  expect(told).toContain("You are invited to the workspace acme, as viewer. You may read all items.");
  expect(told).toContain('"next":"/admin/t/acme"');
  const account = { name: "New", email: "new@example.com", password: "correct horse", invitation: invited.token };
  const joined = await world.send("/api/operator/auth/sign-up/email", account);
  const cookie = joined.headers.getSetCookie().map((text) => text.split(";")[0]);
  const own = await world.call("/operator/account", { headers: { cookie: cookie.join("; ") } });
  expect([own.status, await own.text()]).toEqual([200, expect.stringContaining("new@example.com")]);
  // Where the operator has no rights, the browser's cookie counts as none.
  const kindAt = async (path: string) => {
    const response = await world.call(path, { headers: { cookie: cookie.join("; ") } });
    return ((await response.json()) as { data: { kind: string } }).data.kind;
  };
  const kinds = await Promise.all(["/api/t/acme/me", "/api/operator/me", "/api/t/other/me", "/api/me"].map(kindAt));
  expect(kinds).toEqual(["operator", "operator", "anonymous", "anonymous"]);
});
