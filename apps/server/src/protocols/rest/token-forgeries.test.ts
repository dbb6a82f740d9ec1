/** Tokens with a wrong signature, algorithm or header are refused everywhere: REST, streams, tickets and sockets. */
import { describe, expect, test } from "bun:test";
import type { Tokens } from "@plinth/engine";
import { bearer, testApp } from "../../testing/app.ts";
import { type Claims, openForger, part, signer } from "../../testing/forger.ts";

const { world, operator, token, foreign, own, right, header, signed, refusedEverywhere, workspaceId } =
  await openForger();

test("the token that all others are made from is right, and so is one that this test signs", async () => {
  for (const good of [token, await signed(right())]) {
    expect((await world.call("/api/me", { headers: bearer(good) })).status).toBe(200);
  }
});

const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"];

test.each(["ES256", "EdDSA", "HS256"])("a token of %s has one spelling", async (algorithm) => {
  const app = testApp();
  const admin = bearer(await app.signUp("operator@example.com"));
  await app.send("/api/signing-keys", { algorithm }, admin);
  await app.send("/api/signing-keys/rotate", undefined, admin);
  const ada = { name: "Ada", email: "ada@example.com", password: "correct horse", tokens: true };
  const signedUp = (await (await app.send("/api/auth/sign-up/email", ada)).json()) as { tokens: Tokens };
  const good = signedUp.tokens.access_token;
  expect(JSON.parse(Buffer.from(good.split(".")[0]!, "base64url").toString())).toMatchObject({ alg: algorithm });
  const [head, claims, signature] = good.split(".") as [string, string, string];
  const bases = [
    (last: string) => [head.slice(0, -1) + last, claims, signature],
    (last: string) => [head, claims.slice(0, -1) + last, signature],
    (last: string) => [head, claims, signature.slice(0, -1) + last],
  ];
  for (const make of bases) {
    for (const last of LETTERS) {
      const token = make(last).join(".");
      const { status } = await app.call("/api/me", { headers: bearer(token) });
      expect([token, status]).toEqual([token, token === good ? 200 : 401]);
    }
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
    for (const last of LETTERS.filter((letter) => letter !== good.at(-1)))
      await refusedEverywhere(good.slice(0, -1) + last);
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
