/** Tokens whose claims are wrong are refused everywhere, also when their signature is right. */
import { describe, expect, test } from "bun:test";
import type { Tokens } from "@plinth/engine";
import { bearer } from "../../testing/app.ts";
import { claimsOf, openForger } from "../../testing/forger.ts";

const { world, token, own, right, header, signed, seconds, refusedEverywhere, workspaceId } = await openForger();

describe("claims", () => {
  test("expired, not yet valid, or from the future", async () => {
    for (const change of [
      { exp: seconds() - 1 },
      { exp: seconds() },
      { exp: 0 },
      { exp: -1 },
      { exp: String(seconds() + 900) },
      { exp: null },
      { exp: undefined },
      { nbf: seconds() + 30 },
      { nbf: "0" },
      { iat: seconds() + 30 },
      { iat: null },
      { iat: undefined },
    ]) {
      await refusedEverywhere(await signed(right(change)));
    }
  });

  test("for others: issuer, audience, workspace, user and session", async () => {
    const { iss } = right();
    for (const change of [
      { iss: "http://localhost:8788" },
      { iss: `${iss}/` },
      { iss: [iss] },
      { iss: undefined },
      { aud: "elsewhere" },
      { aud: [] },
      { aud: undefined },
      { aud: { [iss as string]: true } },
      { workspace: undefined },
      { workspace: await workspaceId("other") },
      { sub: undefined },
      { sub: "" },
      { sub: 1 },
      { session_id: undefined },
      { session_id: 1 },
      { email: undefined },
      { roles: "admin" },
      { roles: [1] },
      { roles: undefined },
    ]) {
      await refusedEverywhere(await signed(right(change)));
    }
  });

  test("payloads that are no object, or that two readers understand differently", async () => {
    const good = JSON.stringify(right());
    for (const payload of [
      "",
      "null",
      "[]",
      '"text"',
      "1",
      "{",
      `${good}${good}`,
      `[${good}]`,
      good.replace("{", '{"sub":"attacker",'),
      good.replace("{", '{"s\\u0075b":"attacker",'),
      good.replace("{", '{"extra":{"a":1,"a":2},'),
      `\ufeff${good}`,
    ]) {
      await refusedEverywhere(await own.sign(header(), payload));
    }
    const invalidUtf8 = Buffer.concat([Buffer.from('{"x":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    const [head, , signature] = token.split(".");
    await refusedEverywhere(`${head}.${invalidUtf8.toString("base64url")}.${signature}`);
    const doubled = `{"alg":"HS256","alg":"HS256","kid":"${own.kid}"}`;
    await refusedEverywhere(await own.sign(doubled as never, right()));
  });

  test("oversized ones, with many dots, and with other alphabets", async () => {
    await refusedEverywhere(await signed(right({ filler: "x".repeat(8192) })));
    await refusedEverywhere(`${"a.".repeat(2000)}a`);
    await refusedEverywhere("..");
    await refusedEverywhere("a.b.c.d.e");
    const [head, body, signature] = token.split(".") as [string, string, string];
    await refusedEverywhere(`${head}=.${body}.${signature}`);
    await refusedEverywhere(`${head}.${body}.${signature}==`);
    await refusedEverywhere(`${head}.${body}.+${signature.slice(1)}`);
  });

  test("random changes of claims and headers", async () => {
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed % below;
    };
    const values = [null, "", 0, -1, 1e308, true, [], {}, "admin", ["admin"], "\u0000", own.kid, 2 ** 53];
    const required = ["iss", "aud", "sub", "exp", "session_id", "workspace", "email", "roles"];
    for (let i = 0; i < 60; i++) {
      const claims = right();
      const name = required[random(required.length)]!;
      const value = values[random(values.length)];
      const fits =
        (name === "roles" && Array.isArray(value)) ||
        ((name === "session_id" || name === "email" || name === "sub") && typeof value === "string" && value !== "") ||
        (name === "email" && value === "") ||
        (name === "session_id" && value === "") ||
        (name === "exp" && typeof value === "number" && value > seconds());
      if (fits) continue;
      claims[name] = value;
      await refusedEverywhere(await signed(claims));
    }
  });
});

/** Anyone who knows it can sign whatever it likes. */
describe("a shared secret", () => {
  const me = async (text: string) =>
    ((await (await world.call("/api/me", { headers: bearer(text) })).json()) as { data?: object }).data;

  test("gives no rights, no other address and no other user than the session's own", async () => {
    const { sub } = right();
    expect(await me(await signed(right({ roles: ["admin"], email: "operator@example.com" })))).toMatchObject({
      id: sub,
      email: "ada@example.com",
      admin: false,
      roles: ["public", "authenticated"],
    });
    const [{ id }] = (await world.driver.all({
      sql: "select id from plinth_users where email = 'operator@example.com'",
      params: [],
    })) as [{ id: string }];
    await refusedEverywhere(await signed(right({ sub: id })));
    await refusedEverywhere(await signed(right({ session_id: crypto.randomUUID() })));
    expect(
      (await world.send("/api/roles", { name: "x" }, bearer(await signed(right({ roles: ["admin"] }))))).status,
    ).toBe(403);
  });

  test("gives no longer time than the workspace's tokens have", async () => {
    const year = 365 * 86_400;
    await refusedEverywhere(await signed(right({ iat: seconds() - 901, exp: seconds() + year })));
    expect(await me(await signed(right({ iat: seconds() - 890, exp: seconds() + year })))).toBeDefined();
  });

  test("asks the database once, and knows within two seconds that the session has ended", async () => {
    const ada = { name: "Eve", email: "eve@example.com", password: "correct horse", tokens: true };
    const answer = (await (await world.send("/api/auth/sign-up/email", ada)).json()) as {
      token: string;
      tokens: Tokens;
    };
    const forged = await signed({ ...claimsOf(answer.tokens.access_token), roles: ["admin"] });
    expect(await me(forged)).toMatchObject({ admin: false });
    expect((await world.send("/api/auth/sign-out", undefined, bearer(answer.token))).status).toBe(200);
    await refusedEverywhere(forged);
  });
});
