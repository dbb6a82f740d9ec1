import { describe, expect, test } from "bun:test";
import { PlinthError } from "@plinth/core";
import type { AuthOptions } from "../src/index.ts";
import { codeFor, secretIn } from "./authenticator.ts";
import { fastPasswords, openAuth } from "./fixture.ts";

const credentials = { email: "ada@example.com", password: "correct horse" };

async function codeOf(answer: Promise<unknown>): Promise<string | undefined> {
  return answer.then(
    () => undefined,
    (error: unknown) => (error instanceof PlinthError ? error.code : String(error)),
  );
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
async function enrolled(options: Partial<AuthOptions> = {}) {
  const world = await openAuth({
    ...options,
    passwords: fastPasswords,
    onTrustEnded: (userId) => [{ sql: "delete from plinth_verifications where value = ?", params: [userId] }],
  });
  const first = await world.signUp();
  const { totp_uri, backup_codes } = (await (
    await world.post("/two-factor/enable", { password: credentials.password }, bearer(first))
  ).json()) as { totp_uri: string; backup_codes: string[] };
  const confirmed = await world.post("/two-factor/verify-totp", { code: await codeFor(totp_uri, 0) }, bearer(first));
  const token = confirmed.headers.get("set-auth-token")!;
  const signIn = async (cookie?: string) => world.post("/sign-in/email", credentials, cookie ? { cookie } : {});
  const challenge = async () => ((await (await signIn()).json()) as { challenge: string }).challenge;
  return { ...world, token, totp_uri, backup_codes, signIn, challenge };
}

const cookiesOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((one) => one.slice(0, one.indexOf(";")))
    .filter((one) => !one.endsWith("="))
    .join("; ");

describe("the second factor", () => {
  test("a session begins only after it, and says what was proven", async () => {
    const { signIn, post, totp_uri, rows } = await enrolled();
    const before = await rows("select id from plinth_sessions");
    const asked = await signIn();
    expect(asked.headers.get("set-auth-token")).toBeNull();
    const answer = (await asked.json()) as Record<string, unknown>;
    expect(answer).toEqual({ two_factor_redirect: true, two_factor_methods: ["totp"], challenge: expect.any(String) });
    expect(await rows("select id from plinth_sessions")).toEqual(before);
    const { challenge } = answer as { challenge: string };
    const done = await post("/two-factor/verify-totp", { challenge, code: await codeFor(totp_uri) });
    expect(done.headers.get("set-auth-token")).toContain(".");
    expect(await rows("select methods from plinth_sessions order by created_at desc limit 1")).toEqual([
      { methods: "pwd totp" },
    ]);
  });

  test("a browser needs no challenge in the body: it has the cookie", async () => {
    const { signIn, post, totp_uri } = await enrolled();
    const cookie = cookiesOf(await signIn());
    expect(
      await codeOf(post("/two-factor/verify-totp", { code: await codeFor(totp_uri) }, { cookie })),
    ).toBeUndefined();
  });

  test("a code opens one session only", async () => {
    const { challenge, post, totp_uri } = await enrolled();
    const code = await codeFor(totp_uri);
    expect(await codeOf(post("/two-factor/verify-totp", { challenge: await challenge(), code }))).toBeUndefined();
    expect(await codeOf(post("/two-factor/verify-totp", { challenge: await challenge(), code }))).toBe("INVALID_CODE");
  });

  test("the code that confirms a second factor opens no other session", async () => {
    const { challenge, post, totp_uri } = await enrolled();
    const code = await codeFor(totp_uri, 0);
    expect(await codeOf(post("/two-factor/verify-totp", { challenge: await challenge(), code }))).toBe("INVALID_CODE");
  });

  test("a code stays used up when the sign-ins end that wait for one", async () => {
    const { challenge, post, token, totp_uri } = await enrolled();
    const code = await codeFor(totp_uri);
    expect(await codeOf(post("/two-factor/verify-totp", { challenge: await challenge(), code }))).toBeUndefined();
    const passwords = { current_password: credentials.password, new_password: credentials.password };
    expect(await codeOf(post("/change-password", passwords, bearer(token)))).toBeUndefined();
    expect(await codeOf(post("/two-factor/verify-totp", { challenge: await challenge(), code }))).toBe("INVALID_CODE");
  });

  test("five wrong codes end a challenge", async () => {
    const { challenge, post, totp_uri } = await enrolled();
    const wrong = async (text: string) => codeOf(post("/two-factor/verify-totp", { challenge: text, code: "000000" }));
    const one = await challenge();
    for (let i = 0; i < 6; i++) expect(await wrong(one)).toBe("INVALID_CODE");
    const right = { challenge: one, code: await codeFor(totp_uri) };
    expect(await codeOf(post("/two-factor/verify-totp", right))).toBe("INVALID_CODE");
    expect(await codeOf(post("/two-factor/verify-totp", { ...right, challenge: await challenge() }))).toBeUndefined();
  });

  test("each code is counted before it is compared, by the user of its challenge", async () => {
    const seen: string[] = [];
    const { challenge, post, totp_uri, rows, token } = await enrolled({
      async attempt({ userId, path }) {
        seen.push(`${path} ${userId}`);
        if (seen.length > 3) throw new PlinthError("RATE_LIMITED");
        return { succeeded: async () => void seen.push("succeeded"), notTried: async () => {} };
      },
    });
    // The password by which the second factor was added.
    seen.length = 0;
    const [{ id } = {}] = await rows("select id from plinth_users");
    const path = "/two-factor/verify-totp";
    const finish = async (code: string) => codeOf(post(path, { challenge: await challenge(), code }));
    expect(await finish("000000")).toBe("INVALID_CODE");
    expect(await finish(await codeFor(totp_uri))).toBeUndefined();
    expect(await finish(await codeFor(totp_uri))).toBe("RATE_LIMITED");
    const counted = [`${path} ${id}`, `${path} ${id}`, "succeeded", `${path} ${id}`];
    expect(seen).toEqual(counted);
    // Nobody's, and one that is compared with nothing.
    expect(await codeOf(post(path, { challenge: "made-up", code: "000000" }))).toBe("INVALID_CODE");
    expect(await codeOf(post(path, { code: "000000" }, bearer(token)))).toBe("CONFLICT");
    expect(seen).toEqual(counted);
  });

  test("a code that is compared is counted, whenever a session of the same request ends", async () => {
    let counted = 0;
    const attempt = async () => {
      counted++;
      return { succeeded: async () => {}, notTried: async () => {} };
    };
    const { signIn, signUp, post, driver, rows } = await enrolled({ attempt });
    const { run } = driver;
    const outcomes: string[] = [];
    for (let reads = 0; reads < 8; reads++) {
      const email = `eve${reads}@example.com`;
      const headers = { ...bearer(await signUp(email)), cookie: cookiesOf(await signIn()) };
      const end = () =>
        rows(`delete from plinth_sessions where user_id in (select id from plinth_users where email = '${email}')`);
      let left = reads;
      if (left === 0) await end();
      driver.run = async (query) => {
        const result = await run(query);
        if (/^select .* from "plinth_sessions"/s.test(query.sql) && --left === 0) await end();
        return result;
      };
      counted = 0;
      const refusal = await post("/two-factor/verify-totp", { code: "no code" }, headers).catch(
        (error: unknown) => error,
      );
      driver.run = run;
      // Of a challenge whose code was wrong.
      const compared = (refusal as PlinthError).details?.field === "code";
      outcomes.push(`compared: ${compared}, counted: ${counted === 1}`);
    }
    expect(new Set(outcomes)).toEqual(new Set(["compared: true, counted: true", "compared: false, counted: false"]));
  });

  test("a recovery code works once", async () => {
    const { challenge, post, backup_codes } = await enrolled();
    const [code] = backup_codes;
    const use = async () => codeOf(post("/two-factor/verify-backup-code", { challenge: await challenge(), code }));
    expect(await use()).toBeUndefined();
    expect(await use()).toBe("INVALID_CODE");
  });

  test("the database shows neither the secret nor the recovery codes", async () => {
    const { rows, totp_uri, backup_codes } = await enrolled();
    const stored = JSON.stringify(await rows("select * from plinth_second_factors"));
    for (const secret of [secretIn(totp_uri), ...backup_codes]) expect(stored).not.toContain(secret);
  });

  test("a trusted browser is not asked again, until the second factor is removed", async () => {
    const { signIn, post, totp_uri, token } = await enrolled();
    const cookie = cookiesOf(await signIn());
    const body = { code: await codeFor(totp_uri), trust_device: true };
    const trusted = cookiesOf(await post("/two-factor/verify-totp", body, { cookie }));
    expect((await signIn(trusted)).headers.get("set-auth-token")).toContain(".");
    expect((await signIn()).headers.get("set-auth-token")).toBeNull();
    await post("/two-factor/disable", { password: credentials.password }, bearer(token));
    const again = (await (await post("/sign-in/email", credentials)).json()) as { token: string };
    const enabled = await post("/two-factor/enable", { password: credentials.password }, bearer(again.token));
    const { totp_uri: next } = (await enabled.json()) as { totp_uri: string };
    await post("/two-factor/verify-totp", { code: await codeFor(next) }, bearer(again.token));
    expect((await signIn(trusted)).headers.get("set-auth-token")).toBeNull();
  });

  test("a challenge of somebody else, or an altered one, opens nothing", async () => {
    const { challenge, post, totp_uri } = await enrolled();
    const real = await challenge();
    for (const forged of ["made-up", `${real}x`, `2fa-pwd-${"a".repeat(20)}.${real.split(".")[1]}`]) {
      const body = { challenge: forged, code: await codeFor(totp_uri) };
      expect(await codeOf(post("/two-factor/verify-totp", body))).toBe("INVALID_CODE");
    }
  });
});

describe("sensitive acts", () => {
  const changes = {
    "/change-password": { current_password: credentials.password, new_password: "another horse" },
    "/two-factor/enable": { password: credentials.password },
    "/two-factor/disable": { password: credentials.password },
    "/two-factor/generate-backup-codes": { password: credentials.password },
  };

  test.each(Object.entries(changes))("%s needs a fresh proof", async (path, body) => {
    const { token, post, rows } = await enrolled();
    await rows("update plinth_sessions set authenticated_at = created_at - 3600000");
    expect(await codeOf(post(path, body, bearer(token)))).toBe("STEP_UP_REQUIRED");
  });

  test("a code proves it again, a password is not enough beside a second factor", async () => {
    const { token, post, rows, totp_uri } = await enrolled();
    await rows("update plinth_sessions set authenticated_at = created_at - 3600000");
    expect(await codeOf(post("/step-up", { password: credentials.password }, bearer(token)))).toBe("VALIDATION");
    expect(await codeOf(post("/step-up", { code: "000000" }, bearer(token)))).toBe("INVALID_CODE");
    expect(await codeOf(post("/step-up", { code: await codeFor(totp_uri) }, bearer(token)))).toBeUndefined();
    expect(
      await codeOf(post("/two-factor/disable", { password: credentials.password }, bearer(token))),
    ).toBeUndefined();
  });

  test("a password proves it where there is no second factor", async () => {
    const { signUp, post, rows } = await openAuth();
    const token = await signUp();
    await rows("update plinth_sessions set authenticated_at = created_at - 3600000");
    expect(await codeOf(post("/step-up", { password: "wrong horse" }, bearer(token)))).toBe("INVALID_CREDENTIALS");
    expect(await codeOf(post("/step-up", { password: credentials.password }, bearer(token)))).toBeUndefined();
    expect(await codeOf(post("/change-password", changes["/change-password"], bearer(token)))).toBeUndefined();
  });

  test("codes cannot be guessed with a stolen session", async () => {
    let counted = 0;
    const { token, post, totp_uri } = await enrolled({
      async attempt() {
        if (++counted > 3) throw new PlinthError("RATE_LIMITED");
        return { succeeded: async () => {}, notTried: async () => {} };
      },
    });
    counted = 0;
    for (let i = 0; i < 3; i++)
      expect(await codeOf(post("/step-up", { code: "000000" }, bearer(token)))).toBe("INVALID_CODE");
    expect(await codeOf(post("/step-up", { code: await codeFor(totp_uri) }, bearer(token)))).toBe("RATE_LIMITED");
  });
});
