/** Pages of other origins that a function lets call, and keys. */
import { expect, test } from "bun:test";
import { bearer, refusalIn, type TestApp, testApp } from "../../testing/app.ts";

const SHOP = "https://shop.example.com";
const OWN = "https://app.example.com";

async function world(corsOrigins: readonly string[]) {
  const app = testApp({ corsOrigins, signUp: "open" });
  await app.app.ready();
  const boss = bearer(await app.signUp("boss@example.com"));
  const deploy = async (name: string, http: object, body = "return { ok: true }") => {
    const answer = await app.send(
      `/api/deployments/${name}`,
      { source: `export default async ({ request }) => { ${body} }`, http },
      boss,
      "PUT",
    );
    return answer.status === 200 ? null : refusalIn(answer);
  };
  await deploy("open", { auth: "public", methods: ["GET", "POST"], cors: { origins: [SHOP], headers: ["x-cart"] } });
  await deploy("fails", { auth: "public", cors: { origins: [SHOP] } }, "throw new Error('no')");
  await deploy("private", { auth: "signed_in", cors: { origins: ["*"] } });
  await deploy("closed", { auth: "public" });
  return { app, boss, deploy };
}

const preflight = (app: TestApp, name: string, origin: string) =>
  app.call(`/api/functions/${name}`, {
    method: "OPTIONS",
    headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "x-cart" },
  });
const corsIn = ({ status, headers }: Response) => [
  status,
  ...["origin", "credentials", "methods", "headers"].map((name) => headers.get(`access-control-allow-${name}`)),
];
const call = (app: TestApp, name: string, origin: string, headers: Record<string, string> = {}) =>
  app.send(`/api/functions/${name}`, {}, { origin, ...headers });

for (const corsOrigins of [[], [OWN]])
  test(`a function names the pages that may call it, beside [${corsOrigins.join()}] of the server`, async () => {
    const { app, boss, deploy } = await world(corsOrigins);
    expect(corsIn(await preflight(app, "open", SHOP))).toEqual([
      204,
      SHOP,
      null,
      "GET, POST",
      expect.stringContaining("x-cart") as string,
    ]);
    expect(corsIn(await preflight(app, "private", SHOP)).slice(0, 3)).toEqual([204, "*", null]);
    // No page learns whether there is such a function.
    for (const [name, origin] of [
      ["open", "https://evil.example"],
      ["closed", SHOP],
      ["missing", SHOP],
    ] as const) {
      const answer = await preflight(app, name, origin);
      expect(corsIn(answer)).toEqual([403, null, null, null, null]);
      expect(await refusalIn(answer)).toEqual([403, "ORIGIN_FORBIDDEN"]);
    }
    const answered = await call(app, "open", SHOP);
    expect([...corsIn(answered).slice(0, 3), answered.headers.get("vary")]).toEqual([200, SHOP, null, "origin"]);
    // Refusals and failures can be read too.
    expect(corsIn(await call(app, "fails", SHOP)).slice(0, 3)).toEqual([500, SHOP, null]);
    expect(corsIn(await call(app, "private", SHOP)).slice(0, 3)).toEqual([401, "*", null]);
    const foreign = await call(app, "open", "https://evil.example");
    expect([...corsIn(foreign).slice(0, 3), foreign.headers.get("vary")]).toEqual([200, null, null, "origin"]);
    // With a cookie no foreign page writes, whatever a function says.
    const ann = { name: "Ann", email: "ann@example.com", password: "correct horse" };
    const { headers } = await app.send("/api/auth/sign-up/email", ann);
    const cookie = headers
      .getSetCookie()
      .map((one) => one.split(";")[0])
      .join("; ");
    expect((await app.send("/api/functions/private", {}, { cookie })).status).toBe(200);
    expect((await call(app, "private", SHOP, { cookie })).status).toBe(403);
    expect((await call(app, "private", SHOP, boss)).status).toBe(200);
    if (corsOrigins.length > 0) {
      expect(corsIn(await call(app, "open", OWN)).slice(0, 3)).toEqual([200, OWN, "true"]);
      expect(corsIn(await preflight(app, "closed", OWN)).slice(0, 3)).toEqual([204, OWN, "true"]);
    }
    expect((await deploy("wrong", { cors: { origins: [`${SHOP}/`] } }))!.slice(0, 2)).toEqual([422, "VALIDATION"]);
    // Other routes stay as they were.
    const other = { origin: SHOP, "access-control-request-method": "GET" };
    expect((await app.call("/api/items/x", { method: "OPTIONS", headers: other })).status).toBe(403);
  });

test("a function for keys is called by secret and scoped keys, and by nobody else", async () => {
  const { app, boss, deploy } = await world([]);
  await deploy("keyed", { auth: "key" });
  const keyOf = async (body: object) => {
    const answer = await app.send("/api/keys", body, boss);
    if (!answer.ok) throw new Error(await answer.text());
    return ((await answer.json()) as { data: { key: string } }).data.key;
  };
  const limited = await keyOf({ name: "limited", kind: "scoped", roles: ["authenticated"], actions: ["read"] });
  const secret = await keyOf({ name: "secret", kind: "secret" });
  const open = await keyOf({ name: "open", kind: "publishable" });
  const statuses = await Promise.all(
    [limited, secret, open].map(
      async (key) => (await app.send("/api/functions/keyed", {}, { "x-api-key": key })).status,
    ),
  );
  expect(statuses).toEqual([200, 200, 403]);
  expect((await app.send("/api/functions/keyed", {})).status).toBe(401);
});
