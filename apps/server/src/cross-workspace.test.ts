/** Every route of the route table, with the credentials of another workspace: a new route cannot escape this. */
import { beforeAll, expect, test } from "bun:test";
import type { Route } from "./http/route.ts";
import { PROTOCOLS } from "./protocols/index.ts";
import { APP_URL, bearer, type TestApp, testApp } from "./testing/app.ts";

const ROUTES: readonly Route[] = PROTOCOLS.flatMap((protocol) => protocol.routes);
const SECRET = "the-formula-of-acme";
const IN_ACME = { "x-plinth-workspace": "acme" };
const ACME_HOST = "books.acme.example";
const AT_ACME = `http://${ACME_HOST}:8787`;
const PASSWORD = "correct horse";

let app: TestApp;
/** What stands in a path for each parameter; one that is not here fails the test. */
let parameters: Record<string, string>;
/** By name, what belongs to another workspace. */
let strangers: Record<string, Record<string, string>>;
/** What a browser sends that is signed in to another workspace. Where nobody is signed in, a cookie counts as none. */
let cookies: Record<string, Record<string, string>>;
/** An invitation to another workspace. */
let invitation: string;
let boss: Record<string, string>;

beforeAll(async () => {
  app = testApp();
  const operator = bearer(await app.signUp("operator@example.com"));
  const make = async (path: string, body: object, headers: Record<string, string>) => {
    const response = await app.send(path, body, headers);
    const answer = (await response.json()) as { data: Record<string, string> };
    if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return answer.data;
  };
  const [acme, other] = [
    (await make("/api/workspaces", { slug: "acme", name: "acme" }, operator)).id!,
    (await make("/api/workspaces", { slug: "other", name: "other" }, operator)).id!,
  ];
  boss = { ...operator, ...IN_ACME };
  await app.send(`/api/workspaces/acme/hosts/${ACME_HOST}`, undefined, operator, "PUT");
  await make("/api/collections", { slug: "formulas", fields: [{ name: "text", type: "text" }] }, boss);
  const item = await make("/api/items/formulas", { text: SECRET }, boss);
  await make("/api/roles", { name: `role-${SECRET}`.slice(0, 40), description: SECRET }, boss);
  await make("/api/users", { email: `${SECRET}@example.com`, name: SECRET, password: PASSWORD }, boss);
  parameters = {
    slug: "formulas",
    id: item.id!,
    name: "acme",
    workspace: "acme",
    host: ACME_HOST,
    language: "en",
    provider: "google",
    user: item.id!,
    team: item.id!,
    member: item.id!,
    invitation: item.id!,
  };

  const there = { "x-plinth-workspace": "other" };
  const signedUp = await app.send(
    "/api/auth/sign-up/email",
    { name: "Bo", email: "bo@example.com", password: PASSWORD, tokens: true },
    there,
  );
  const { token, tokens } = (await signedUp.json()) as { token: string; tokens: { access_token: string } };
  const invited = await make("/api/invitations", { email: "guest@example.com" }, { ...operator, ...there });
  invitation = invited.token!;
  const key = async (kind: string) => (await make("/api/keys", { name: kind, kind }, { ...operator, ...there })).key!;
  strangers = {
    user: bearer(token),
    "access token": bearer(tokens.access_token),
    "secret key": { "x-api-key": await key("secret") },
    "publishable key": { "x-api-key": await key("publishable") },
    "secret key as a bearer": bearer(await key("secret")),
  };
  const cookie = (pool: string) => `plinth-${pool.slice(-12)}.session_token=${encodeURIComponent(token)}`;
  cookies = {
    cookie: { cookie: cookie(other), origin: APP_URL },
    "cookie under this workspace's name": { cookie: cookie(acme), origin: APP_URL },
  };
});

const pathTo = ({ path }: Route): string =>
  path.replace(/:(\w+)/g, (_, name: string) => {
    const value = parameters[name];
    if (value === undefined) throw new Error(`${path}: no value is known for :${name}; add one to this test`);
    return value;
  });

test("who belongs there finds it at these addresses", async () => {
  for (const path of ["/api/items/:slug", "/api/items/:slug/:id", "/api/users", "/api/roles"]) {
    const route = ROUTES.find((one) => one.method === "get" && one.path === path)!;
    expect(await (await app.call(`/t/acme${pathTo(route)}`, { headers: boss })).text()).toContain(SECRET);
  }
});

/** A route's answer to a caller who means the workspace acme, by header, path and host name; a stream is not read to its end. */
async function answers(route: Pick<Route, "path">, method: string, headers: Record<string, string>) {
  const path = pathTo(route as Route);
  const body = method === "GET" || method === "HEAD" ? undefined : { invitation };
  const asked = [
    [path, { ...headers, ...IN_ACME }],
    [`/t/acme${path}`, headers],
    [AT_ACME + path, { ...headers, ...(headers.origin !== undefined && { origin: AT_ACME }) }],
  ] as const;
  const seen: { at: string; status: number; text: string }[] = [];
  for (const [at, sent] of asked) {
    const response = await app.send(at, body, { accept: "application/json", ...sent }, method);
    const isStream = response.headers.get("content-type")?.startsWith("text/event-stream");
    const text = `${JSON.stringify([...response.headers])} ${isStream ? "" : await response.text()}`;
    if (isStream) await response.body?.cancel();
    seen.push({ at, status: response.status, text });
  }
  return seen;
}

const GUARDED = ROUTES.filter(({ access, needs }) => access !== "anyone" && needs === "caller");
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

test("no route answers a caller of another workspace, by header, path or host name", async () => {
  const wrong: string[] = [];
  for (const route of GUARDED) {
    const method = route.method.toUpperCase();
    for (const [who, headers] of Object.entries(strangers)) {
      for (const { at, status, text } of await answers(route, method, headers)) {
        if (![401, 403, 404].includes(status) || text.includes(SECRET))
          wrong.push(`${method} ${at} as ${who}: ${status} ${text.slice(-200)}`);
      }
    }
  }
  expect(wrong).toEqual([]);
}, 120_000);

test("a cookie of another workspace is no credential in any route", async () => {
  const wrong: string[] = [];
  for (const route of GUARDED) {
    const method = route.method.toUpperCase();
    const nobody = await answers(route, method, { origin: APP_URL });
    for (const [who, headers] of Object.entries(cookies)) {
      for (const [i, { at, status, text }] of (await answers(route, method, headers)).entries()) {
        if (status !== nobody[i]!.status || text.includes(SECRET) || text.includes("bo@example.com"))
          wrong.push(`${method} ${at} with a ${who}: ${status} ${text.slice(-200)}`);
      }
    }
  }
  expect(wrong).toEqual([]);
}, 120_000);

test("routes for anyone answer callers of another workspace as they answer nobody, by every method", async () => {
  const wrong: string[] = [];
  const paths = new Set(ROUTES.filter((route) => !GUARDED.includes(route)).map(({ path }) => path));
  for (const path of paths) {
    for (const method of METHODS) {
      const nobody = await answers({ path }, method, { origin: APP_URL });
      for (const [who, headers] of Object.entries({ ...strangers, ...cookies })) {
        for (const [i, { at, status, text }] of (await answers({ path }, method, headers)).entries()) {
          const refused = [401, 403, 404].includes(status) || status === nobody[i]!.status;
          if (!refused || text.includes(SECRET) || text.includes("bo@example.com"))
            wrong.push(`${method} ${at} as ${who}: ${status}, as nobody ${nobody[i]!.status} ${text.slice(-200)}`);
        }
      }
    }
  }
  expect(paths.size).toBeGreaterThan(30);
  expect(wrong).toEqual([]);
}, 120_000);

test("without a workspace in the request, nothing of another one is in any answer", async () => {
  const wrong: string[] = [];
  for (const route of ROUTES.filter(({ method }) => method === "get")) {
    for (const [who, headers] of Object.entries({ ...strangers, ...cookies })) {
      const response = await app.call(pathTo(route), { headers: { ...headers, accept: "application/json" } });
      const isStream = response.headers.get("content-type")?.startsWith("text/event-stream");
      const body = isStream ? "" : await response.text();
      if (isStream) await response.body?.cancel();
      if (`${JSON.stringify([...response.headers])} ${body}`.includes(SECRET)) wrong.push(`${route.path} as ${who}`);
    }
  }
  expect(wrong).toEqual([]);
}, 120_000);
