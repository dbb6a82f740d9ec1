import { describe, expect, test } from "bun:test";
import { bearer, refusalIn, testApp } from "../../testing/app.ts";
import { dataOf, tokenWorld } from "../../testing/token-world.ts";

const setup = tokenWorld();
const { me, signIn } = setup;

describe("signing keys", () => {
  const admin = () => bearer(setup.operator);
  const keys = async () =>
    dataOf<{ id: string; state: string; algorithm: string }[]>(
      await setup.world.call("/api/signing-keys", { headers: admin() }),
    );
  const jwks = async () => {
    const response = await setup.world.call("/.well-known/jwks.json");
    expect(response.headers.get("cache-control")).toBe("public, max-age=300");
    return ((await response.json()) as { keys: { kid: string; d?: string }[] }).keys;
  };

  test("rotate with overlap, and a deleted one ends its tokens everywhere", async () => {
    const beside = testApp({}, { clock: setup.clock, driver: setup.world.driver });
    const before = await signIn();
    const [first] = await keys();
    expect(first).toMatchObject({ algorithm: "ES256", state: "current" });
    expect((await setup.world.send("/api/signing-keys", { algorithm: "EdDSA" }, admin())).status).toBe(201);
    expect((await jwks()).map(({ kid }) => kid)).toEqual((await keys()).map(({ id }) => id));
    expect((await jwks()).some((key) => "d" in key)).toBe(false);
    expect((await me(before.access_token, beside)).status).toBe(200);
    expect((await setup.world.send("/api/signing-keys/rotate", undefined, admin())).status).toBe(200);
    const after = await signIn();
    expect(JSON.parse(atob(after.access_token.split(".")[0]!))).toMatchObject({ alg: "EdDSA" });
    for (const token of [before.access_token, after.access_token]) {
      for (const server of [setup.world, beside]) expect((await me(token, server)).status).toBe(200);
    }
    const remove = (id: string) => setup.world.send(`/api/signing-keys/${id}`, undefined, admin(), "DELETE");
    const current = (await keys()).find(({ state }) => state === "current")!;
    expect(await refusalIn(await remove(current.id))).toEqual([409, "CONFLICT", "id"]);
    expect((await remove(first!.id)).status).toBe(200);
    expect(await refusalIn(await me(before.access_token))).toEqual([401, "INVALID_TOKEN"]);
    setup.advance(1000);
    expect(await refusalIn(await me(before.access_token, beside))).toEqual([401, "INVALID_TOKEN"]);
    expect((await me(after.access_token, beside)).status).toBe(200);
  });

  test("a shared secret signs with HS256 and is not published", async () => {
    const secret = "a secret that several programs share, long enough";
    const made = await setup.world.send("/api/signing-keys", { algorithm: "HS256", secret }, admin());
    expect(JSON.stringify(await made.json())).not.toContain(secret);
    expect((await setup.world.send("/api/signing-keys/rotate", undefined, admin())).status).toBe(200);
    const { access_token } = await signIn();
    expect(JSON.parse(atob(access_token.split(".")[0]!))).toMatchObject({ alg: "HS256" });
    expect((await me(access_token)).status).toBe(200);
    const [head, body, signature] = access_token.split(".") as [string, string, string];
    const key = await crypto.subtle.importKey(
      "raw",
      new TextEncoder().encode(secret),
      { name: "HMAC", hash: "SHA-256" },
      false,
      ["sign"],
    );
    const expected = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(`${head}.${body}`));
    expect(Buffer.from(expected).toString("base64url")).toBe(signature);
    expect(await jwks()).toHaveLength(0);
    expect(await refusalIn(await setup.world.send("/api/signing-keys/rotate", undefined, admin()))).toEqual([
      409,
      "CONFLICT",
    ]);
    const short = await setup.world.send("/api/signing-keys", { algorithm: "HS256", secret: "short" }, admin());
    expect(await refusalIn(short)).toEqual([422, "VALIDATION", "secret"]);
  });
});
