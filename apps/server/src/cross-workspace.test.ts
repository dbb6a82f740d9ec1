/** Every route of the route table, with the credentials of another workspace: a new route cannot escape this. */
import { beforeAll, expect, test } from "bun:test";
import type { Route } from "./http/route.ts";
import { PROTOCOLS } from "./protocols/index.ts";
import { bearer, type TestApp, testApp } from "./testing/app.ts";

const ROUTES: readonly Route[] = PROTOCOLS.flatMap((protocol) => protocol.routes);
const SECRET = "the-formula-of-acme";
const IN_ACME = { "x-plinth-workspace": "acme" };
const PASSWORD = "correct horse";

let app: TestApp;
/** What stands in a path for each parameter; one that is not here fails the test. */
let parameters: Record<string, string>;
/** By name, whoever belongs to another workspace. */
let strangers: Record<string, Record<string, string>>;
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
  for (const slug of ["acme", "other"]) await make("/api/workspaces", { slug, name: slug }, operator);
  boss = { ...operator, ...IN_ACME };
  await make("/api/collections", { slug: "formulas", fields: [{ name: "text", type: "text" }] }, boss);
  const item = await make("/api/items/formulas", { text: SECRET }, boss);
  await make("/api/roles", { name: `role-${SECRET}`.slice(0, 40), description: SECRET }, boss);
  await make("/api/users", { email: `${SECRET}@example.com`, name: SECRET, password: PASSWORD }, boss);
  parameters = {
    slug: "formulas",
    id: item.id!,
    name: "acme",
    workspace: "acme",
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
    { name: "Bo", email: "bo@example.com", password: PASSWORD },
    there,
  );
  const { token } = (await signedUp.clone().json()) as { token: string };
  const key = async (kind: string) => (await make("/api/keys", { name: kind, kind }, { ...operator, ...there })).key!;
  strangers = {
    user: bearer(token),
    "secret key": { "x-api-key": await key("secret") },
    "publishable key": { "x-api-key": await key("publishable") },
    "secret key as a bearer": bearer(await key("secret")),
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

test("no route answers a caller of another workspace, by header or by path", async () => {
  const wrong: string[] = [];
  for (const route of ROUTES.filter(({ access, needs }) => access !== "anyone" && needs === "caller")) {
    const method = route.method.toUpperCase();
    const path = pathTo(route);
    for (const [who, headers] of Object.entries(strangers)) {
      const asked = [
        [path, { ...headers, ...IN_ACME }],
        [`/t/acme${path}`, headers],
      ] as const;
      for (const [at, sent] of asked) {
        const response = await app.send(at, method === "GET" ? undefined : {}, sent, method);
        const text = `${JSON.stringify([...response.headers])} ${await response.text()}`;
        const refused = [401, 403, 404].includes(response.status);
        if (!refused || text.includes(SECRET))
          wrong.push(`${method} ${at} as ${who}: ${response.status} ${text.slice(-200)}`);
      }
    }
  }
  expect(wrong).toEqual([]);
}, 120_000);

test("without a workspace in the request, nothing of another one is in any answer", async () => {
  const wrong: string[] = [];
  for (const route of ROUTES.filter(({ method }) => method === "get")) {
    for (const [who, headers] of Object.entries(strangers)) {
      const response = await app.call(pathTo(route), { headers: { ...headers, accept: "application/json" } });
      const isStream = response.headers.get("content-type")?.startsWith("text/event-stream");
      const body = isStream ? "" : await response.text();
      if (isStream) await response.body?.cancel();
      if (`${JSON.stringify([...response.headers])} ${body}`.includes(SECRET)) wrong.push(`${route.path} as ${who}`);
    }
  }
  expect(wrong).toEqual([]);
}, 120_000);
