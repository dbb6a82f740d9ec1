/** A server that starts with another `PLINTH_SECRET` over the data of before. */
import { expect, test } from "bun:test";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import type { Config } from "@plinth/core";
import { codeOf } from "../../../tests/contract/fixtures/codes.ts";
import { bearer, testApp } from "./testing/app.ts";

const database = bunSqlite({ path: ":memory:" });

function start(secret: string, settings: Partial<Config> = {}, driver = database) {
  const warnings: string[] = [];
  const quiet = () => {};
  const log = { debug: quiet, info: quiet, warn: (message: string) => void warnings.push(message), error: quiet };
  return { warnings, ...testApp({ secret: secret.repeat(40), ...settings }, { driver, log }) };
}

test("the start says so once; tokens of before are refused, and what cannot be read is named until it is replaced", async () => {
  const before = start("a");
  await before.app.ready();
  const operator = await before.signUp("operator@example.com");
  const ada = bearer(await before.signUp("ada@example.com"));
  const tokens = async (app: typeof before, user: Record<string, string>) => {
    const answer = await app.send("/api/auth/token", {}, user);
    const { data, error } = (await answer.json()) as { data?: { access_token: string }; error?: { message: string } };
    return [answer.status, data?.access_token ?? error?.message ?? ""] as const;
  };
  const [, token] = await tokens(before, ada);
  const waiting = await before.send("/api/signing-keys", { algorithm: "ES256" }, bearer(operator));
  expect(waiting.status).toBe(201);
  const github = { name: "github", kind: "github", client_id: "c", client_secret: "s" };
  expect((await before.send("/api/auth-providers", github, bearer(operator))).status).toBe(201);
  expect(before.warnings).toEqual([]);

  const after = start("b");
  await after.app.ready();
  expect(after.warnings).toEqual([expect.stringMatching(/^PLINTH_SECRET is another one than before\. .*signing keys/)]);
  expect((await after.call("/api/me", { headers: bearer(token) })).status).toBe(401);
  const signIn = async (plane: string, email: string) => {
    const answer = await after.send(`${plane}/auth/sign-in/email`, { email, password: "correct horse" });
    return bearer(((await answer.json()) as { token: string }).token);
  };
  const again = await signIn("/api", "ada@example.com");
  const unreadable = (what: string) =>
    `This server cannot read its ${what}: they were encrypted with another PLINTH_SECRET.`;
  expect(await tokens(after, again)).toEqual([503, unreadable("signing keys")]);
  const social = await after.send("/api/auth/sign-in/social", { provider: "github", callback_url: "/" });
  expect([social.status, await social.text()]).toEqual([503, expect.stringContaining(unreadable("sign-in providers"))]);
  const rotated = await after.send(
    "/api/signing-keys/rotate",
    undefined,
    await signIn("/api/operator", "operator@example.com"),
  );
  expect(rotated.status).toBe(200);
  const [status, fresh] = await tokens(after, again);
  expect([status, (await after.call("/api/me", { headers: bearer(fresh) })).status]).toEqual([201, 200]);

  const later = start("b");
  await later.app.ready();
  expect(later.warnings).toEqual([]);
  for (const { app } of [before, after, later]) await app.windDown();
  await later.app.close();
});

test("an operator whose second factor cannot be read comes in again by SECOND_FACTOR_RESET; one that can be read stays", async () => {
  const driver = bunSqlite({ path: ":memory:" });
  const email = "chief@example.com";
  const password = "correct horse";
  const before = start("a", {}, driver);
  const operator = bearer(await before.signUp(email));
  const enabled = await before.send("/api/operator/auth/two-factor/enable", { password }, operator);
  const { totp_uri } = (await enabled.json()) as { totp_uri: string };
  const confirm = { code: codeOf(totp_uri, 0) };
  expect((await before.send("/api/operator/auth/two-factor/verify-totp", confirm, operator)).status).toBe(200);
  const signsIn = async (app: typeof before) => {
    const answer = await app.send("/api/operator/auth/sign-in/email", { email, password });
    return ((await answer.json()) as { token?: string }).token;
  };
  // The secret is the same, so that the second factor is as good as ever.
  const same = start("a", { secondFactorReset: email }, driver);
  await same.app.ready();
  expect(same.warnings).toEqual([expect.stringContaining("stays")]);
  expect(await signsIn(same)).toBeUndefined();

  const changed = start("b", {}, driver);
  await changed.app.ready();
  expect(await signsIn(changed)).toBeUndefined();
  const reset = start("b", { secondFactorReset: "CHIEF@example.com" }, driver);
  await reset.app.ready();
  expect(reset.warnings).toEqual([expect.stringContaining("has been removed")]);
  const again = bearer((await signsIn(reset))!);
  const log = await reset.call("/api/operators/security-log?type=second_factor_remove", { headers: again });
  expect(await log.json()).toMatchObject({ data: [{ actor: null, detail: { by: "SECOND_FACTOR_RESET" } }] });
  const later = start("b", { secondFactorReset: email }, driver);
  await later.app.ready();
  expect(later.warnings).toEqual([]);
  for (const { app } of [before, same, changed, reset, later]) await app.windDown();
  await later.app.close();
});
