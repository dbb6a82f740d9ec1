/** What is no valid token is refused everywhere, with one form of error: REST, streams, tickets and sockets. */
import { beforeAll, describe, expect, test } from "bun:test";
import type { Tokens } from "@plinth/engine";
import { bearer, refusalIn, type TestApp, testApp } from "../../testing/app.ts";

type Claims = Record<string, unknown>;

const encoder = new TextEncoder();
const part = (content: string | object): string =>
  Buffer.from(typeof content === "string" ? content : JSON.stringify(content)).toString("base64url");
const decoded = (token: string, index: 0 | 1): Claims =>
  JSON.parse(Buffer.from(token.split(".")[index]!, "base64url").toString());

const offset = 0;
/** It stands still: a slow machine changes nothing. */
const start = Math.floor(Date.now() / 1000) * 1000;
const clock = { now: () => start + offset };
let world: TestApp;
let operator: string;
let token: string;
let foreign: string;
/** The private half of the workspace's key, as an attacker never has it: to make tokens that are right but for one thing. */
let own: { sign(header: object, payload: string | Claims): Promise<string>; kid: string };

beforeAll(async () => {
  world = testApp({}, { clock });
  operator = await world.signUp("operator@example.com");
  await world.send("/api/workspaces", { slug: "other", name: "Other" }, bearer(operator));
  const secret = "a secret that this test shares with its server";
  await world.send("/api/signing-keys", { algorithm: "HS256", secret }, bearer(operator));
  await world.send("/api/signing-keys/rotate", undefined, bearer(operator));
  const ada = { name: "Ada", email: "ada@example.com", password: "correct horse", tokens: true };
  const { tokens } = (await (await world.send("/api/auth/sign-up/email", ada)).json()) as { tokens: Tokens };
  token = tokens.access_token;
  const elsewhere = { ...bearer(operator), "x-plinth-workspace": "other" };
  await world.send("/api/signing-keys", { algorithm: "HS256", secret: `${secret} 2` }, elsewhere);
  await world.send("/api/signing-keys/rotate", undefined, elsewhere);
  const keys = (await (await world.call("/api/signing-keys", { headers: elsewhere })).json()) as {
    data: { id: string }[];
  };
  foreign = keys.data.at(-1)!.id;
  own = { sign: signer(secret), kid: decoded(token, 0).kid as string };
});

function signer(secret: string) {
  return async (header: object, payload: string | Claims) => {
    const input = `${part(header)}.${part(payload)}`;
    const key = await crypto.subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, [
      "sign",
    ]);
    const signature = new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(input)));
    return `${input}.${Buffer.from(signature).toString("base64url")}`;
  };
}

const right = (change: Claims = {}): Claims => ({ ...decoded(token, 1), ...change });
const header = (change: Claims = {}): Claims => ({ alg: "HS256", kid: own.kid, typ: "JWT", ...change });
const signed = (claims: Claims) => own.sign(header(), claims);
const seconds = () => Math.floor(clock.now() / 1000);

/** Every door that takes a bearer token. */
async function refusals(bad: string): Promise<unknown[]> {
  const headers = bearer(bad);
  const calls: Promise<Response>[] = [
    world.call("/api/me", { headers }),
    world.call("/api/items/none", { headers }),
    world.send("/api/batch", { operations: [] }, headers),
    world.call("/api/realtime/items/none", { headers: { ...headers, accept: "text/event-stream" } }),
    world.send("/api/realtime/tickets", undefined, headers),
    world.send("/api/auth/token", undefined, headers),
    world.call("/.well-known/jwks.json", { headers }),
    world.call("/api/me", { headers: { ...headers, "x-plinth-workspace": "other" } }),
  ];
  const answers = await Promise.all((await Promise.all(calls)).map(refusalIn));
  const socket = await world.open("/api/realtime/socket", headers).catch((error: Error) => error.message);
  return [...answers, socket];
}

async function refusedEverywhere(bad: string): Promise<void> {
  const answers = await refusals(bad);
  expect(answers.slice(0, -1), bad).toEqual(Array(answers.length - 1).fill([401, "INVALID_TOKEN"]));
  expect(answers.at(-1), bad).toBe("401 INVALID_TOKEN");
}

test("the token that all others are made from is right, and so is one that this test signs", async () => {
  for (const good of [token, await signed(right())]) {
    expect((await world.call("/api/me", { headers: bearer(good) })).status).toBe(200);
  }
});

describe("signatures and algorithms", () => {
  test("none, in any spelling", async () => {
    for (const alg of ["none", "None", "NONE", "nOnE", "", null, undefined, 1, ["HS256"]]) {
      const head = { alg, kid: own.kid, typ: "JWT" };
      for (const signature of ["", "AA", token.split(".")[2]!]) {
        await refusedEverywhere(`${part(head)}.${part(right())}.${signature}`);
      }
    }
  });

  test("another algorithm than the key's", async () => {
    for (const alg of ["HS384", "HS512", "RS256", "ES256", "EdDSA", "PS256", "A256KW", "dir"]) {
      await refusedEverywhere(await own.sign(header({ alg }), right()));
    }
  });

  test("a public key taken for a shared secret", async () => {
    const at = { ...bearer(operator), "x-plinth-workspace": "other" };
    await world.send("/api/signing-keys", { algorithm: "ES256" }, at);
    const { keys } = (await (await world.call("/.well-known/jwks.json", { headers: at })).json()) as { keys: Claims[] };
    const jwk = keys[0]!;
    const { other } = { other: (await workspaceId("other")) as string };
    const claims = right({
      workspace: other,
      iss: "http://localhost:8787/api/t/other",
      aud: "http://localhost:8787/api/t/other",
    });
    for (const secret of [JSON.stringify(jwk), jwk.x as string, `${jwk.x}${jwk.y}`, ""]) {
      if (secret === "") continue;
      await refusedEverywhere(await signer(secret)(header({ kid: jwk.kid }), claims));
    }
  });

  test("another workspace's key", async () => {
    const sign = signer("a secret that this test shares with its server 2");
    await refusedEverywhere(await sign(header({ kid: foreign }), right()));
    await refusedEverywhere(await sign(header(), right()));
    // Its own claims with our key's name, and ours with its name.
    const other = await workspaceId("other");
    await refusedEverywhere(await sign(header(), right({ workspace: other })));
    await refusedEverywhere(await own.sign(header({ kid: foreign }), right({ workspace: other })));
  });

  test("kids that are paths, statements, addresses, missing or unknown", async () => {
    const kids = [
      "../../../../dev/null",
      "/proc/sys/kernel/randomize_va_space",
      "' or '1'='1",
      `${own.kid}' --`,
      "x' union select 'secret' --",
      "http://127.0.0.1:1/jwks.json",
      "https://attacker.example/jwks.json",
      own.kid.toUpperCase(),
      `${own.kid} `,
      `${own.kid}\u0000`,
      "",
      "00000000-0000-7000-8000-000000000001",
      crypto.randomUUID(),
      "a".repeat(3000),
    ];
    for (const kid of kids) await refusedEverywhere(await own.sign(header({ kid }), right()));
    for (const kid of [undefined, null, 1, [own.kid], { a: own.kid }]) {
      await refusedEverywhere(await own.sign(header({ kid }), right()));
    }
  });

  test("headers that bring a key, an extension or another type", async () => {
    const jwk = { kty: "oct", k: part("attacker") };
    for (const more of [
      { crit: ["exp"], exp: 1 },
      { crit: [] },
      { b64: false, crit: ["b64"] },
      { b64: true },
      { typ: "logout+jwt" },
      { typ: 1 },
    ]) {
      await refusedEverywhere(await own.sign(header(more), right()));
    }
    for (const more of [
      { jwk },
      { jku: "https://attacker.example/jwks.json" },
      { x5u: "https://attacker.example/x" },
    ]) {
      await refusedEverywhere(await signer("attacker")(header(more), right()));
    }
  });

  test("any altered character", async () => {
    const good = await signed(right());
    const places = [
      5,
      good.indexOf(".") + 5,
      good.lastIndexOf(".") + 1,
      good.lastIndexOf(".") + 20,
      0,
      good.length - 3,
    ];
    for (const place of places) {
      const letter = good[place] === "A" ? "B" : "A";
      await refusedEverywhere(good.slice(0, place) + letter + good.slice(place + 1));
    }
    for (const cut of [
      good.slice(0, -1),
      good.slice(0, good.lastIndexOf(".") + 1),
      `${good}A`,
      `.${good}`,
      `${good}.`,
    ]) {
      await refusedEverywhere(cut);
    }
  });
});

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

/** Whoever knows it can sign whatever it likes. */
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
    const forged = await signed({ ...decoded(answer.tokens.access_token, 1), roles: ["admin"] });
    expect(await me(forged)).toMatchObject({ admin: false });
    expect((await world.send("/api/auth/sign-out", undefined, bearer(answer.token))).status).toBe(200);
    await refusedEverywhere(forged);
  });
});

async function workspaceId(slug: string): Promise<unknown> {
  const { data } = (await (await world.call("/api/workspaces", { headers: bearer(operator) })).json()) as {
    data: { id: string; slug: string }[];
  };
  return data.find((one) => one.slug === slug)?.id;
}
