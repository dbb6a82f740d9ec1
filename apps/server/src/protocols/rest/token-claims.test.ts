/** Tokens whose claims are wrong are refused everywhere, also when their signature is right. */
import { describe, expect, test } from "bun:test";
import type { Tokens } from "@plinth/engine";
import { bearer } from "../../testing/app.ts";
import { type Claims, claimsOf, openForger } from "../../testing/forger.ts";

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

  test("of random claims, those alone that hold all at once are accepted", async () => {
    const now = seconds();
    const { iss, sub, workspace, session_id } = right();
    const wrong = [
      undefined,
      null,
      "",
      "x",
      0,
      -1,
      2 ** 53,
      true,
      [],
      {},
      ["admin"],
      "\u0000",
      [[iss]],
      { exp: 1 },
      iss,
    ];
    /** For each claim: values that hold, and whether another one holds too. */
    const claims: Readonly<Record<string, [holding: unknown[], holds: (value: unknown) => boolean]>> = {
      iss: [[iss], () => false],
      aud: [[iss, [iss], ["x", iss]], () => false],
      sub: [[sub], () => false],
      workspace: [[workspace], () => false],
      session_id: [[session_id], () => false],
      email: [["ada@example.com", null, "other@example.com"], (value) => value === null || typeof value === "string"],
      roles: [[[], ["admin"]], (value) => Array.isArray(value) && value.every((one) => typeof one === "string")],
      exp: [[now + 1, now + 0.5, now + 900, 1e15], (value) => typeof value === "number" && value > now],
      nbf: [
        [undefined, 0, now, now + 5],
        (value) => value === undefined || (typeof value === "number" && value <= now + 5),
      ],
      // A shared secret's tokens last for 15 minutes from then.
      iat: [[now, now - 899, now + 5], (value) => typeof value === "number" && value > now - 900 && value <= now + 5],
    };
    let seed = Number(process.env.PLINTH_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
    const began = seed;
    const pick = <T>(values: readonly T[]): T => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return values[(seed >> 8) % values.length]!;
    };
    const seen = { 200: 0, 401: 0 };
    for (let i = 0; i < 300; i++) {
      let expected: 200 | 401 = 200;
      const made: Claims = {};
      const broken = pick([
        [],
        [],
        [pick(Object.keys(claims))],
        [pick(Object.keys(claims)), pick(Object.keys(claims))],
      ]);
      for (const [name, [holding, holds]] of Object.entries(claims)) {
        made[name] = pick(broken.includes(name) ? wrong : holding);
        const isRight = holding.some((one) => JSON.stringify(one) === JSON.stringify(made[name]));
        if (!isRight && !holds(made[name])) expected = 401;
      }
      const { status } = await world.call("/api/me", { headers: bearer(await signed(made)) });
      expect([began, made, status]).toEqual([began, made, expected]);
      seen[expected]++;
    }
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(30);
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
