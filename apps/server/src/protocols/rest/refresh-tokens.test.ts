import { describe, expect, test } from "bun:test";
import type { Tokens } from "@plinth/engine";
import { bearer, refusalIn, testApp } from "../../testing/app.ts";
import { dataOf, tokenWorld } from "../../testing/token-world.ts";

const setup = tokenWorld();
const { me, refresh, signIn } = setup;

describe("refresh tokens", () => {
  test("one address sends a bounded number a minute, valid or not", async () => {
    const limited = testApp({ authRateLimit: 2 });
    for (const path of ["refresh", "revoke"]) {
      for (let n = 0; n < 10; n++) {
        const answer = await limited.send(`/api/auth/token/${path}`, { refresh_token: "rt_made-up" });
        expect([path, answer.status]).toEqual([path, path === "refresh" ? 401 : 200]);
      }
    }
    const [status, code] = await refusalIn(await refresh("rt_made-up", limited));
    expect([status, code]).toEqual([429, "RATE_LIMITED"]);
    expect((await limited.send("/api/auth/token/revoke", { refresh_token: "rt_made-up" })).status).toBe(429);
    const elsewhere = { method: "POST", headers: { "content-type": "application/json" }, from: "203.0.113.1" };
    const body = JSON.stringify({ refresh_token: "rt_made-up" });
    expect((await limited.call("/api/auth/token/refresh", { ...elsewhere, body })).status).toBe(401);
  });

  test("rotate, and a lost answer is given again for ten seconds", async () => {
    const { refresh_token } = await signIn();
    const first = await dataOf<Tokens>(await refresh(refresh_token));
    expect(first.refresh_token).not.toBe(refresh_token);
    expect((await me(first.access_token)).status).toBe(200);
    setup.advance(9000);
    const again = await dataOf<Tokens>(await refresh(refresh_token));
    expect(again.refresh_token).toBe(first.refresh_token);
    const second = await dataOf<Tokens>(await refresh(first.refresh_token));
    expect(second.refresh_token).not.toBe(first.refresh_token);
  });

  test("one that was replaced a while ago ends the session, and the log tells", async () => {
    const { refresh_token, access_token } = await signIn();
    const next = await dataOf<Tokens>(await refresh(refresh_token));
    setup.advance(11_000);
    expect(await refusalIn(await refresh(refresh_token))).toEqual([401, "INVALID_TOKEN"]);
    for (const token of [access_token, next.access_token]) {
      expect(await refusalIn(await me(token))).toEqual([401, "INVALID_TOKEN"]);
    }
    expect(await refusalIn(await refresh(next.refresh_token))).toEqual([401, "INVALID_TOKEN"]);
    const log = await setup.world.call("/api/security-log?type=refresh_token_reuse", {
      headers: bearer(setup.operator),
    });
    expect(await dataOf<object[]>(log)).toMatchObject([{ outcome: "failed" }]);
  });

  test("so does one that was replaced by a clock that was set back since", async () => {
    const { refresh_token } = await signIn();
    await refresh(refresh_token);
    setup.advance(-60_000);
    expect(await refusalIn(await refresh(refresh_token))).toEqual([401, "INVALID_TOKEN"]);
    setup.advance(60_000);
  });

  test("two generations back is reuse at once", async () => {
    const { refresh_token } = await signIn();
    const first = await dataOf<Tokens>(await refresh(refresh_token));
    await refresh(first.refresh_token);
    expect(await refusalIn(await refresh(refresh_token))).toEqual([401, "INVALID_TOKEN"]);
    expect(await refusalIn(await me(first.access_token))).toEqual([401, "INVALID_TOKEN"]);
  });

  test("many refreshes at once, on two servers, give one next token", async () => {
    const beside = testApp({}, { clock: setup.clock, driver: setup.world.driver });
    const { refresh_token } = await signIn();
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, i) =>
        dataOf<Tokens>(await refresh(refresh_token, i % 2 ? beside : setup.world)),
      ),
    );
    expect(new Set(answers.map((answer) => answer.refresh_token)).size).toBe(1);
    expect((await refresh(answers[0]!.refresh_token, beside)).status).toBe(200);
  });

  test("forged and foreign ones are refused, and nothing ends", async () => {
    const { refresh_token, access_token } = await signIn();
    const other = await signIn();
    for (const wrong of ["x", `rt_${"A".repeat(64)}`, access_token, `${refresh_token}A`, other.access_token]) {
      expect(await refusalIn(await refresh(wrong))).toEqual([401, "INVALID_TOKEN"]);
    }
    expect((await me(access_token)).status).toBe(200);
    expect((await refresh(refresh_token)).status).toBe(200);
  });

  test("end with a session's longest time, also where that has become shorter", async () => {
    const { refresh_token } = await signIn();
    const stricter = testApp({ sessionMaxHours: 1 }, { clock: setup.clock, driver: setup.world.driver });
    setup.advance(3_540_000);
    const next = await dataOf<Tokens>(await refresh(refresh_token, stricter));
    expect(next.expires_in).toBeLessThanOrEqual(120);
    setup.advance(120_000);
    expect(await refusalIn(await refresh(next.refresh_token, stricter))).toEqual([401, "INVALID_TOKEN"]);
  });

  test("the database holds no token", async () => {
    const { refresh_token, access_token } = await signIn();
    await refresh(refresh_token);
    const rows = await setup.world.driver.all({ sql: "select * from plinth_refresh_tokens", params: [] });
    const keys = await setup.world.driver.all({ sql: "select * from plinth_signing_keys", params: [] });
    const stored = JSON.stringify([rows, keys]);
    expect(stored).not.toContain(refresh_token.slice(30));
    expect(stored).not.toContain(access_token.slice(-40));
    expect(stored).not.toContain('\\"d\\"');
  });
});
