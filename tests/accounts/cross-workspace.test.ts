/** Every route of the route table, with the credentials and the ids of another workspace: a new route cannot escape this. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Route } from "../../apps/server/src/http/route.ts";
import { PROTOCOLS } from "../../apps/server/src/protocols/index.ts";
import { APP_URL } from "../../apps/server/src/testing/app.ts";
import { ACME_HOST, furnish, type KnownIds, OWNER, SECRET } from "./acme.ts";
import { openWorld, type Pool, type World } from "./pool.ts";
import { BODIES, QUERIES } from "./requests.ts";
import { type Strangers, strangersOf } from "./strangers.ts";

setDefaultTimeout(300_000);

const ROUTES: readonly Route[] = PROTOCOLS.flatMap((protocol) => protocol.routes);
const AT_ACME = `http://${ACME_HOST}:8787`;
const THEIR_ADDRESS = "bo@other.example";
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
const REFUSED = [401, 403, 404];

let world: World;
let acme: Pool;
let other: Pool;
let ids: KnownIds;
let strangers: Strangers;
let before: string;

beforeAll(async () => {
  world = await openWorld(["other", "acme"]);
  [other, acme] = world.pools as [Pool, Pool];
  ids = await furnish(world, acme);
  strangers = await strangersOf(world, other, acme, THEIR_ADDRESS);
  before = await contents();
});
afterAll(() => world.oidc.close());

/** All that belongs to acme. */
async function contents(): Promise<string> {
  const items = await acme.send("get", { path: "/api/items/formulas", headers: acme.operator });
  return `${await acme.rows()} ${await items.text()}`;
}

const nameOf = ({ method, path }: Route): string => `${method.toUpperCase()} ${path}`;

/** The parameters of a path, each with the part of the path that ends with it. */
const parametersOf = (path: string): string[] =>
  [...path.matchAll(/:\w+\+?/g)].map(({ index, 0: name }) => path.slice(0, index + name.length));

const pathTo = (path: string): string =>
  parametersOf(path)
    .map((upTo) => {
      const known = ids[upTo];
      if (!known) throw new Error(`${path}: nothing is known of the kind ${upTo}; make one in acme.ts`);
      return known.value;
    })
    .reduce((filled, value) => filled.replace(/:\w+\+?/, value), path);

interface Seen {
  readonly at: string;
  readonly status: number;
  /** Headers and body. A stream is not read to its end. */
  readonly text: string;
}

async function ask(method: string, at: string, headers: Record<string, string>, body?: object): Promise<Seen> {
  const sent = method === "GET" || method === "HEAD" ? undefined : body;
  const response = await world.app.send(at, sent, { accept: "application/json", ...headers }, method);
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream");
  const text = `${JSON.stringify([...response.headers])} ${isStream ? "" : await response.text()}`;
  if (isStream) await response.body?.cancel();
  return { at, status: response.status, text };
}

/** How a caller may mean the workspace acme: by header, path and host name. */
const WAYS: readonly ((path: string, headers: Record<string, string>) => [string, Record<string, string>])[] = [
  (path, headers) => [path, { ...headers, "x-plinth-workspace": "acme" }],
  (path, headers) => [`/t/acme${path}`, headers],
  (path, headers) => [AT_ACME + path, { ...headers, ...(headers.origin !== undefined && { origin: AT_ACME }) }],
];

function toAcme(
  route: Pick<Route, "path">,
  method: string,
  headers: Record<string, string>,
  ways = WAYS,
): Promise<Seen[]> {
  const name = `${method} ${route.path}`;
  const path = pathTo(route.path) + (QUERIES[name] ?? "");
  const body = { invitation: strangers.invitation, ...BODIES[name] };
  return Promise.all(ways.map((way) => ask(method, ...way(path, headers), body)));
}

const leaks = ({ text }: Seen): boolean => text.includes(SECRET) || text.includes(THEIR_ADDRESS);
const reportOf = ({ at, status, text }: Seen, who: string): string => `${at} as ${who}: ${status} ${text.slice(-200)}`;

const GUARDED = ROUTES.filter(({ access, needs }) => access !== "anyone" && needs === "caller");

test("every id in the walk is one that its owner finds", async () => {
  for (const path of new Set(ROUTES.map((route) => route.path))) pathTo(path);
  const used = new Set(ROUTES.flatMap(({ path }) => parametersOf(path)));
  expect(Object.keys(ids).sort()).toEqual([...used].sort());
  for (const [kind, { at, as, value }] of Object.entries(ids)) {
    const answer = await acme.send("get", { path: at, headers: as });
    const text = await answer.text();
    expect([kind, answer.status, text.includes(`"${value}"`) || text.includes(`:${value}"`)]).toEqual([
      kind,
      200,
      true,
    ]);
  }
  for (const path of ["/api/items/formulas", "/api/users", "/api/roles", "/api/keys", "/api/mail/templates"])
    expect(await (await acme.send("get", { path, headers: acme.operator })).text()).toContain(SECRET);
  expect(before).toContain(OWNER);
});

test("no route answers a caller of another workspace, by header, path or host name", async () => {
  const wrong: string[] = [];
  for (const [i, route] of GUARDED.entries()) {
    const method = route.method.toUpperCase();
    for (const [j, [who, headers]] of Object.entries(strangers.credentials).entries()) {
      // A user comes in each way; of the others, each comes in each way by a third of the routes.
      const ways = who === "user" ? WAYS : [WAYS[(i + j) % WAYS.length]!];
      for (const seen of await toAcme(route, method, headers, ways)) {
        if (!REFUSED.includes(seen.status) || leaks(seen)) wrong.push(`${method} ${reportOf(seen, who)}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(await contents()).toEqual(before);
});

test("a cookie of another workspace is no credential in any route", async () => {
  const wrong: string[] = [];
  for (const route of GUARDED) {
    const method = route.method.toUpperCase();
    const nobody = await toAcme(route, method, { origin: APP_URL });
    for (const [who, headers] of Object.entries(strangers.cookies)) {
      for (const [i, seen] of (await toAcme(route, method, headers)).entries()) {
        if (seen.status !== nobody[i]!.status || leaks(seen)) wrong.push(`${method} ${reportOf(seen, who)}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(await contents()).toEqual(before);
});

test("routes for anyone answer callers of another workspace as they answer nobody, by every method", async () => {
  const wrong: string[] = [];
  const paths = new Set(ROUTES.filter((route) => !GUARDED.includes(route)).map(({ path }) => path));
  for (const path of paths) {
    for (const method of METHODS) {
      const nobody = await toAcme({ path }, method, { origin: APP_URL });
      for (const [who, headers] of Object.entries({ ...strangers.credentials, ...strangers.cookies })) {
        const [way] = [METHODS.indexOf(method) % WAYS.length];
        const [seen] = await toAcme({ path }, method, headers, [WAYS[way]!]);
        const refused = REFUSED.includes(seen!.status) || seen!.status === nobody[way]!.status;
        if (!refused || leaks(seen!)) wrong.push(`${method} ${reportOf(seen!, who)}, as nobody ${nobody[way]!.status}`);
      }
    }
  }
  expect(paths.size).toBeGreaterThan(30);
  expect(wrong).toEqual([]);
  expect(await contents()).toEqual(before);
});

test("a stream's handshake is refused too", async () => {
  for (const [who, headers] of Object.entries(strangers.credentials)) {
    const refusal = await world.app.open("/api/t/acme/realtime/socket", headers).then(
      () => "open",
      (error: Error) => error.message,
    );
    // The workspace does not know the issuer.
    const expected = who === "user of a trusted issuer" ? "401 INVALID_TOKEN" : "403 WORKSPACE_MISMATCH";
    expect([who, refusal]).toEqual([who, expected]);
  }
});

test("in a workspace, ids of another one name nothing", async () => {
  const wrong: string[] = [];
  for (const route of ROUTES.filter(({ path }) => path.includes(":"))) {
    const [method, name] = [route.method.toUpperCase(), nameOf(route)];
    const body = BODIES[name];
    if (route.body && !route.body.safeParse(body).success)
      throw new Error(`${name}: write a valid body for it in requests.ts`);
    const isEverywhere = parametersOf(route.path).every((upTo) => ids[upTo]!.everywhere);
    for (const [who, headers] of Object.entries(strangers.credentials)) {
      // By the id that a session or key says, and by the path.
      for (const base of who === "owner" || who === "viewer" ? ["/t/other"] : ["", "/t/other"]) {
        const seen = await ask(method, base + pathTo(route.path) + (QUERIES[name] ?? ""), headers, body);
        const isRefused = isEverywhere || REFUSED.includes(seen.status);
        if (!isRefused || leaks(seen)) wrong.push(`${method} ${reportOf(seen, who)}`);
      }
    }
    if ((await contents()) !== before) throw new Error(`${name} has changed something of acme`);
  }
  expect(wrong).toEqual([]);
});

test("in a workspace, ids of another one name nothing in bodies and queries either", async () => {
  const user = ids["/api/users/:id"]!.value;
  const [organization, team] = [ids["/api/organizations/:id"]!.value, ids["/api/organizations/:id/teams/:team"]!.value];
  const { credentials } = strangers;
  const made = async (path: string, body: object, headers = credentials.administrator!) =>
    ((await other.ask("post", { path, headers, body })).data as { id: string }).id;
  const relation = (name: string, to: string) => ({ name, type: "relation", to });
  const fields = [relation("author", "users"), relation("org", "organizations")];
  await made("/api/collections", { slug: "notes", fields });
  const own = await made("/api/organizations", { name: "Own", slug: "own" }, credentials.user);
  const users = (await other.ask("get", { path: "/api/users", headers: other.operator })).data as { id: string }[];
  const refused: [method: string, path: string, body?: object][] = [
    ["POST", "/api/items/notes", { author: user }],
    ["POST", "/api/items/notes", { org: organization }],
    ["POST", "/api/items/users", { id: user, name: "Taken" }],
    ["PUT", `/api/organizations/${own}/members/${user}`, { role: "member" }],
    ["PUT", `/api/organizations/${own}/teams/${team}/members/${user}`],
    ["PUT", "/api/active-organization", { organization }],
    ["PUT", `/api/users/${users[0]!.id}/roles`, { roles: ["formulists"] }],
    ["POST", "/api/invitations", { email: "new@example.com", roles: ["formulists"] }],
    ["POST", "/api/keys", { name: "k", kind: "scoped", roles: ["formulists"], actions: ["read"] }],
    ["POST", "/api/keys", { name: "k", kind: "scoped", roles: [], actions: ["read"], collections: ["formulas"] }],
    ["POST", "/api/permissions", { role: "public", collection: "formulas", action: "read" }],
    ["POST", "/api/permissions", { role: "formulists", collection: "notes", action: "read" }],
  ];
  const empty = [
    `/api/users?email=${OWNER}`,
    `/api/keys?created_by=user:${user}`,
    `/api/mail/outbox?to=${OWNER}`,
    `/api/items/notes?filter={"author":"${user}"}`,
    `/api/items/users?filter={"id":"${user}"}`,
  ];
  // Administrators may write any owner. It is nobody here.
  await made("/api/items/notes", { owner_id: user });
  const wrong: string[] = [];
  for (const who of ["administrator", "secret key", "owner", "user"]) {
    for (const [method, path, body] of refused) {
      const seen = await ask(method, `/t/other${path}`, credentials[who]!, body);
      if (seen.status < 400 || seen.status >= 500 || leaks(seen)) wrong.push(`${method} ${reportOf(seen, who)}`);
    }
    for (const path of empty) {
      const seen = await ask("GET", `/t/other${path}`, credentials[who]!);
      if ((seen.status < 400 && !seen.text.includes('"data":[]')) || leaks(seen)) wrong.push(reportOf(seen, who));
    }
    const owned = await ask("GET", "/t/other/api/items/notes?expand=owner", credentials[who]!);
    if ((owned.status < 400 && !owned.text.includes('"owner":null')) || leaks(owned)) wrong.push(reportOf(owned, who));
  }
  expect(wrong).toEqual([]);
  expect(await contents()).toEqual(before);
});

test("without a workspace in the request, nothing of another one is in any answer", async () => {
  const wrong: string[] = [];
  for (const route of ROUTES.filter(({ method }) => method === "get")) {
    // The test above has the addresses with ids.
    const credentials = route.path.includes(":") ? {} : strangers.credentials;
    for (const [who, headers] of Object.entries({ ...credentials, ...strangers.cookies })) {
      const seen = await ask("GET", pathTo(route.path), headers);
      if (seen.text.includes(SECRET)) wrong.push(reportOf(seen, who));
    }
  }
  expect(wrong).toEqual([]);
});
