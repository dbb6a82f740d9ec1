/** What users agree to: at sign-up, and again when the terms change. */
import { beforeEach, describe, expect, test } from "bun:test";
import { APP_URL, bearer, refusalIn, type TestApp, testApp } from "../../testing/app.ts";

interface Terms {
  url: string | null;
  version: string;
  due: boolean;
  agreements: { version: string; url: string; agreed_at: string }[];
}

let world: TestApp;
let operator: Record<string, string>;

const dataOf = async <T>(response: Response) => ((await response.json()) as { data: T }).data;
const all = (sql: string) => world.driver.all({ sql, params: [] });
const setTerms = async (terms: object) =>
  expect((await world.send("/api/auth-settings", { terms }, operator, "PATCH")).status).toBe(200);
const signUp = (more: object = {}, email = "ida@example.com") =>
  world.send("/api/auth/sign-up/email", { name: "Ida", email, password: "correct horse", ...more });
const tokenIn = async (answer: Response) => ((await answer.json()) as { token: string }).token;
const ownTerms = async (headers: Record<string, string>) =>
  dataOf<Terms>(await world.call("/api/me/terms", { headers }));
const agree = (version: string, headers: Record<string, string>) => world.send("/api/me/terms", { version }, headers);

beforeEach(async () => {
  world = testApp();
  operator = bearer(await world.signUp("operator@example.com"));
});

describe("at sign-up", () => {
  test("the version that counts is stored with the account, its time and an event", async () => {
    await setTerms({ url: "https://example.com/terms", version: "2026-11" });
    const ida = bearer(await tokenIn(await signUp({ terms_version: "2026-11" })));
    const agreement = { version: "2026-11", url: "https://example.com/terms", agreed_at: expect.stringMatching(/Z$/) };
    expect(await ownTerms(ida)).toEqual({
      url: "https://example.com/terms",
      version: "2026-11",
      due: false,
      agreements: [agreement],
    });
    const events = await all("select outcome, detail from plinth_security_log where type = 'terms_accept'");
    expect(events).toEqual([{ outcome: "ok", detail: '{"version":"2026-11"}' }]);
  });

  test("another version, or one where there are no terms, makes no account", async () => {
    expect(await refusalIn(await signUp({ terms_version: "1" }))).toEqual([422, "VALIDATION", "terms_version"]);
    await setTerms({ url: "/terms", version: "2" });
    expect(await refusalIn(await signUp({ terms_version: "1" }))).toEqual([422, "VALIDATION", "terms_version"]);
    expect(await all("select count(*) as n from plinth_users")).toEqual([{ n: 1 }]);
    expect(await all("select count(*) as n from plinth_agreements")).toEqual([{ n: 0 }]);
  });

  test("an invitation is used up in the same step", async () => {
    await setTerms({ url: "/terms" });
    const invited = await world.send("/api/invitations", { email: "ida@example.com" }, operator);
    const { token: invitation } = await dataOf<{ token: string }>(invited);
    const ida = bearer(await tokenIn(await signUp({ terms_version: "1", invitation })));
    expect(await ownTerms(ida)).toMatchObject({ due: false });
    expect(await all("select count(*) as n from plinth_invitations where accepted_by is not null")).toEqual([{ n: 1 }]);
  });
});

describe("later", () => {
  test("a new version is due until the user agrees to it; the earlier ones stay", async () => {
    await setTerms({ url: "/terms" });
    const ida = bearer(await tokenIn(await signUp({ terms_version: "1" })));
    await setTerms({ version: "2", url: "/terms-2" });
    expect(await ownTerms(ida)).toMatchObject({ version: "2", due: true });
    expect(await refusalIn(await agree("1", ida))).toEqual([422, "VALIDATION", "version"]);
    expect((await agree("2", ida)).status).toBe(200);
    const { due, agreements } = await ownTerms(ida);
    expect([due, agreements.map(({ version, url }) => [version, url])]).toEqual([
      false,
      [
        ["2", "/terms-2"],
        ["1", "/terms"],
      ],
    ]);
    // Once more changes nothing.
    expect(await dataOf<Terms>(await agree("2", ida))).toEqual(await ownTerms(ida));
    expect(await all("select count(*) as n from plinth_security_log where type = 'terms_accept'")).toEqual([{ n: 2 }]);
  });

  test("administrators read it, it is in the export, and it goes with the user", async () => {
    await setTerms({ url: "/terms" });
    const ida = bearer(await tokenIn(await signUp({ terms_version: "1" })));
    const { id } = await dataOf<{ id: string }>(await world.call("/api/me", { headers: ida }));
    const path = `/api/users/${id}/agreements`;
    const kept = (await ownTerms(ida)).agreements;
    expect(await dataOf<unknown>(await world.call(path, { headers: operator }))).toEqual(kept);
    expect((await world.call(path, { headers: ida })).status).toBe(403);
    for (const [headers, file] of [
      [ida, "/api/me/export"],
      [operator, `/api/users/${id}/export`],
    ] as const) {
      expect(await (await world.call(file, { headers })).json()).toMatchObject({ agreements: kept });
    }
    await world.send("/api/workspaces", { slug: "acme", name: "Acme" }, operator);
    const elsewhere = await world.call(path.replace("/api/", "/api/t/acme/"), { headers: operator });
    expect(await refusalIn(elsewhere)).toEqual([404, "NOT_FOUND"]);
    expect((await world.send(`/api/users/${id}?items=delete`, undefined, operator, "DELETE")).status).toBe(200);
    expect(await all("select count(*) as n from plinth_agreements")).toEqual([{ n: 0 }]);
  });

  test("nobody agrees for somebody else", async () => {
    await setTerms({ url: "/terms" });
    const ida = bearer(await tokenIn(await signUp()));
    const { id } = await dataOf<{ id: string }>(await world.call("/api/me", { headers: ida }));
    const acting = await world.send(`/api/users/${id}/impersonate`, { reason: "Ticket 4711" }, operator);
    const { token } = await dataOf<{ token: string }>(acting);
    expect(await refusalIn(await agree("1", bearer(token)))).toEqual([403, "IMPERSONATED"]);
    expect(await ownTerms(bearer(token))).toMatchObject({ due: true });
    // Operators have no terms.
    expect((await world.call("/api/me/terms", { headers: operator })).status).toBe(403);
    expect(await refusalIn(await agree("1", operator))).toEqual([403, "FORBIDDEN"]);
    expect((await world.call("/api/me/terms")).status).toBe(401);
    const key = await dataOf<{ key: string }>(await world.send("/api/keys", { name: "k", kind: "secret" }, operator));
    expect((await agree("1", { "x-api-key": key.key })).status).toBe(403);
  });
});

describe("pages", () => {
  const page = async (path: string, cookie = "") => world.call(path, { headers: { cookie } });
  const cookieIn = (answer: Response) =>
    answer.headers
      .getSetCookie()
      .map((set) => set.split(";")[0])
      .join("; ");

  test("lead users by the terms once, and again when they change", async () => {
    await setTerms({ url: "/terms" });
    const answer = await signUp();
    const cookie = cookieIn(answer);
    const ida = { cookie, origin: APP_URL };
    expect(await (await page("/sign-in?next=/welcome")).text()).toContain('"next":"/consent?next=%2Fwelcome"');
    expect(await (await page("/sign-up")).text()).toContain('"terms_version":"1"');
    for (const path of ["/account", "/account/security", "/account/second-factor"]) {
      const led = await page(path, cookie);
      expect([led.status, led.headers.get("location")]).toEqual([302, `/consent?next=${encodeURIComponent(path)}`]);
    }
    // What is theirs, they get in any case.
    expect((await page("/account/data", cookie)).status).toBe(200);
    const asked = await (await page("/consent?next=/welcome", cookie)).text();
    expect(asked).toContain('data-path="/me/terms"');
    expect(asked).toContain('href="/terms"');
    expect(asked).toContain('"next":"/welcome"');
    expect((await agree("1", ida)).status).toBe(200);
    expect((await page("/consent?next=/welcome", cookie)).headers.get("location")).toBe("/welcome");
    expect((await page("/account", cookie)).status).toBe(200);
    await setTerms({ version: "2" });
    expect((await page("/account", cookie)).status).toBe(302);
    expect(await (await page("/consent", cookie)).text()).toContain("have changed");
    expect((await page("/consent")).headers.get("location")).toBe("/sign-in?next=%2Fconsent");
  });

  test("of a workspace without terms ask for nothing, and neither do those of operators", async () => {
    const cookie = cookieIn(await signUp());
    expect((await page("/account", cookie)).status).toBe(200);
    expect(await (await page("/sign-in?next=/welcome")).text()).toContain('"next":"/welcome"');
    await setTerms({ url: "/terms" });
    const signedIn = await world.send("/api/operator/auth/sign-in/email", {
      email: "operator@example.com",
      password: "correct horse",
    });
    expect((await page("/operator/account", cookieIn(signedIn))).status).toBe(200);
    expect(await (await page("/operator/sign-in?next=/welcome")).text()).toContain('"next":"/welcome"');
  });
});
