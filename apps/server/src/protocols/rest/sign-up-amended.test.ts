/** What the program or function that is asked before a sign-up may store of the new account. */
import { afterEach, expect, test } from "bun:test";
import type { JsonObject } from "@plinth/core";
import { bearer, refusalIn } from "../../testing/app.ts";
import { openWithHooks, stopReceiver } from "../../testing/hooks.ts";

afterEach(stopReceiver);

const FIELDS = [
  { name: "plan", type: "text", default: "free" },
  { name: "seats", type: "integer" },
  { name: "since", type: "date" },
  { name: "handle", type: "text", unique: true },
  { name: "team", type: "relation", to: "teams" },
  { name: "city", type: "text", required: true, default: "Berlin" },
];
const LISTED = ["name", "image", "plan", "seats", "since", "handle", "team", "city"];

/** A workspace whose program answers what a test sets. */
async function open() {
  let answer: JsonObject = { decision: "allow" };
  const world = await openWithHooks(() => Response.json(answer));
  const { operator, send, call } = world;
  await world.app.ready();
  await send("/api/t/acme/collections", { slug: "teams", fields: [{ name: "name", type: "text" }] }, operator);
  expect((await send("/api/t/acme/collections/users", { fields: FIELDS }, operator, "PATCH")).status).toBe(200);
  const made = await send("/api/t/acme/items/teams", { name: "Red" }, operator);
  const team = ((await made.json()) as { data: { id: string } }).data.id;
  await world.rotate();
  expect((await world.change({ before_sign_up: world.url, sign_up_fields: LISTED })).status).toBe(200);
  const item = async (email: string) => {
    const filter = encodeURIComponent(JSON.stringify({ email }));
    const found = await call(`/api/t/acme/items/users?filter=${filter}`, { headers: operator });
    return ((await found.json()) as { data: JsonObject[] }).data[0];
  };
  const answers = (given: JsonObject) => {
    answer = given;
  };
  return { ...world, team, item, answers };
}

test("the program amends the name, the image and fields of the workspace's own", async () => {
  const { team, item, answers, signUp, received, call, operator } = await open();
  const user = {
    name: "Benjamin",
    image: "https://example.com/ben.png",
    plan: "trial",
    seats: 3,
    team,
    since: "2026-11-30",
  };
  answers({ decision: "allow", user });
  const signedUp = await signUp("ben@example.com");
  expect(await signedUp.json()).toMatchObject({ user: { name: "Benjamin", email: "ben@example.com" } });
  expect(JSON.parse(received[0]!.body)).toMatchObject({ data: { name: "Ben", email: "ben@example.com" } });
  expect(await item("ben@example.com")).toMatchObject({ ...user, city: "Berlin", version: 1 });
  const log = await call("/api/t/acme/changes?collection=users", { headers: operator });
  const { data } = (await log.json()) as { data: JsonObject[] };
  expect(data.map(({ operation }) => operation)).toEqual(["insert"]);
});

test("what the settings do not list, and what no write could store, makes no account and says nothing to the stranger", async () => {
  const { answers, signUp, signIn, change, events, team, item } = await open();
  const wrong: readonly (readonly [JsonObject, string])[] = [
    [{ email: "eve@example.com" }, "user.email: is not in hooks.sign_up_fields"],
    [{ roles: ["admin"] }, "user.roles: is not in hooks.sign_up_fields"],
    [{ email_verified: true }, "user.email_verified: is not in hooks.sign_up_fields"],
    [{ name: "" }, "user.name: must have at least 1 character"],
    [{ image: "javascript:alert(1)" }, "user.image: must be a path of this server or an https address"],
    [{ seats: "many secrets" }, "user.seats: is no value for a field of the type integer"],
    [{ city: null }, "user.city: is required and cannot be null"],
    [{ handle: "ben" }, expect.stringMatching(/^user\.handle: is unique/)],
    [{ team: "018f0000-0000-7000-8000-000000000000" }, "user.team: there is no such item"],
  ];
  for (const [user] of wrong) {
    answers({ decision: "allow", user: { plan: "trial", ...user } });
    const refused = await signUp("ben@example.com");
    expect([refused.status, await refused.clone().text()]).toEqual([503, expect.not.stringContaining("user.")]);
    expect(await refusalIn(refused)).toEqual([503, "UNAVAILABLE"]);
  }
  answers({ decision: "allow", user: ["plan"] });
  expect((await signUp("ben@example.com")).status).toBe(503);
  const reasons = (await events("hook_failure")).map(({ detail }) => (detail as { reason: string }).reason);
  expect(reasons.reverse()).toEqual([...wrong.map(([, reason]) => reason), "user: is not an object"]);
  expect((await signIn("ben@example.com")).status).toBe(401);
  expect(await item("ben@example.com")).toBeUndefined();

  // A field that is gone, and a list that is empty, as at first.
  answers({ decision: "allow", user: { nothing: 1 } });
  expect((await change({ sign_up_fields: ["nothing"] })).status).toBe(200);
  expect((await signUp("ben@example.com")).status).toBe(503);
  answers({ decision: "allow", user: { team } });
  expect((await change({ sign_up_fields: [] })).status).toBe(200);
  expect((await signUp("ben@example.com")).status).toBe(503);
  // Whoever is refused is not amended.
  answers({ decision: "deny", user: { email: "eve@example.com" } });
  expect(await refusalIn(await signUp("ben@example.com"))).toEqual([403, "SIGN_UP_REFUSED"]);
  for (const name of ["email", "id", "owner_id", "version"]) {
    const answer = await change({ sign_up_fields: ["plan", name] });
    expect([answer.status, await answer.text()]).toEqual([422, expect.stringContaining(`no hook may set ${name}`)]);
  }
});

test("a function amends an account, also that of an anonymous user, and its run says what was wrong", async () => {
  const { send, operator, signUp, item, call } = await open();
  const deploy = (user: string) => {
    const source = `export default ({ hook: { data } }) => ({ decision: "allow", user: ${user} });`;
    return send("/api/t/acme/deployments/sign-in", { source }, operator, "PUT");
  };
  await deploy("{ name: data.name ? data.name.toUpperCase() : 'Guest', plan: data.method }");
  const settings = { hooks: { before_sign_up: "function:sign-in" }, anonymous: { sign_in: true } };
  expect((await send("/api/t/acme/auth-settings", settings, operator, "PATCH")).status).toBe(200);
  expect((await signUp("ben@example.com")).status).toBe(200);
  expect(await item("ben@example.com")).toMatchObject({ name: "BEN", plan: "password" });

  const guest = await send("/api/t/acme/auth/sign-in/anonymous", {});
  const { token, user } = (await guest.json()) as { token: string; user: JsonObject };
  expect(user).toMatchObject({ name: "Guest" });
  const form = { name: "Zoe", email: "zoe@example.com", password: "correct horse battery" };
  expect((await send("/api/t/acme/auth/sign-up/email", form, bearer(token))).status).toBe(200);
  expect(await item("zoe@example.com")).toMatchObject({ id: user.id!, name: "ZOE", plan: "password", version: 2 });

  await deploy("{ seats: 'many' }");
  expect((await signUp("eve@example.com")).status).toBe(503);
  const runs = await call("/api/t/acme/deployments/sign-in/runs", { headers: operator });
  const { data } = (await runs.json()) as { data: JsonObject[] };
  expect(data).toMatchObject([
    {
      trigger: "hook",
      status: "failed",
      error: { message: expect.stringContaining("user.seats: expected an integer") },
    },
  ]);
});
