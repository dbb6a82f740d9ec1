import { expect, test } from "bun:test";
import { isKey } from "../src/identity/key-format.ts";
import {
  createKey,
  createKeySchema,
  grantOf,
  listKeys,
  readCredentials,
  renewGrants,
  resolvePrincipal,
  revokeKey,
  rotateKey,
} from "../src/index.ts";
import { bearer, codeOf, openWorld, type World } from "./identity-support.ts";

async function withOperator(): Promise<{ world: World; operator: Record<string, string> }> {
  const world = await openWorld();
  return { world, operator: bearer(await world.account("operator@example.com")) };
}

const make = async (world: World, as: Record<string, string>, input: Record<string, unknown>) =>
  createKey(await world.ctx(as), createKeySchema.parse({ name: "key", ...input }));

test("a key's checksum is its form's own: CRC-32 in base 62", async () => {
  const { world, operator } = await withOperator();
  for (const kind of ["publishable", "secret"]) {
    const { key } = await make(world, operator, { kind });
    const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let rest = Bun.hash.crc32(key.slice(0, -6));
    let checksum = "";
    for (let i = 0; i < 6; i++, rest = Math.floor(rest / 62)) checksum = digits[rest % 62] + checksum;
    expect(key.endsWith(checksum)).toBe(true);
    expect(isKey(key)).toBe(true);
    const at = 20;
    expect(isKey(key.slice(0, at) + (key[at] === "a" ? "b" : "a") + key.slice(at + 1))).toBe(false);
  }
});

test("rotation: both secrets count until the time, then the new one alone", async () => {
  const { world, operator } = await withOperator();
  const first = await make(world, operator, { kind: "secret" });
  const until = new Date(world.engine.clock.now() + 3_600_000).toISOString();
  const second = await rotateKey(await world.ctx(operator), first.id, { previous_until: until });
  expect(second).toMatchObject({ id: first.id, previous_until: until });
  const use = (key: string) => codeOf(() => world.who({ "x-api-key": key }));
  const stream = async (key: string) => grantOf(await world.ctx({ "x-api-key": key }));
  expect(await use(first.key)).toBeUndefined();
  expect(await use(second.key)).toBeUndefined();
  const grants = [await stream(first.key), await stream(second.key)];
  const alive = async () => (await renewGrants(world.engine, world.driver, grants)).map((grant) => grant !== null);
  expect(await alive()).toEqual([true, true]);
  world.pass(3_600_001);
  expect(await use(first.key)).toBe("INVALID_API_KEY");
  expect(await use(second.key)).toBeUndefined();
  expect(await alive()).toEqual([false, true]);
  const third = await rotateKey(await world.ctx(operator), first.id, { previous_until: null });
  expect(await use(second.key)).toBe("INVALID_API_KEY");
  expect(await use(third.key)).toBeUndefined();
  const ctx = await world.ctx(operator);
  expect(await codeOf(() => rotateKey(ctx, first.id, { previous_until: new Date(0).toISOString() }))).toBe(
    "VALIDATION",
  );
  await revokeKey(ctx, first.id);
  expect(await use(third.key)).toBe("INVALID_API_KEY");
  expect(await codeOf(() => rotateKey(ctx, first.id, {}))).toBe("NOT_FOUND");
});

test("the last use is recorded once a minute, however often a key is used", async () => {
  const { world, operator } = await withOperator();
  const { key, id } = await make(world, operator, { kind: "secret" });
  const usedAt = async () => {
    // The write is not awaited by the request.
    await new Promise((resolve) => setTimeout(resolve, 0));
    const ctx = await world.ctx(operator);
    return (await listKeys(ctx, { limit: 50 })).data.find((one) => one.id === id)!.last_used_at;
  };
  expect(await usedAt()).toBeNull();
  await world.who({ "x-api-key": key });
  const at = await usedAt();
  expect(at).not.toBeNull();
  world.pass(30_000);
  await world.who({ "x-api-key": key });
  await world.who({ "x-api-key": key }, world.replica);
  expect(await usedAt()).toBe(at);
  world.pass(31_000);
  await world.who({ "x-api-key": key });
  expect(await usedAt()).not.toBe(at);
});

test("a key that is limited to addresses is refused from all others", async () => {
  const { world, operator } = await withOperator();
  const { key } = await make(world, operator, { kind: "secret", ip_ranges: ["203.0.113.0/24", "2001:db8::/32"] });
  const from = (clientAddress: string | undefined) =>
    codeOf(() =>
      resolvePrincipal({
        engine: world.engine,
        driver: world.driver,
        credentials: readCredentials(new Headers({ "x-api-key": key })),
        client: { clientAddress },
      }),
    );
  expect(await from("203.0.113.9")).toBeUndefined();
  expect(await from("::ffff:203.0.113.9")).toBeUndefined();
  expect(await from("2001:db8::7")).toBeUndefined();
  expect(await from("203.0.114.9")).toBe("FORBIDDEN");
  expect(await from(undefined)).toBe("FORBIDDEN");
  const ctx = await world.ctx(operator);
  expect(await codeOf(() => createKey(ctx, { name: "k", kind: "secret", ip_ranges: ["203.0.113.1/24"] }))).toBe(
    "VALIDATION",
  );
});

test("a scoped key says what it needs", async () => {
  const { world, operator } = await withOperator();
  const wrong: [field: string, input: Record<string, unknown>][] = [
    ["roles", { kind: "scoped", actions: ["read"] }],
    ["actions", { kind: "scoped", roles: [] }],
    ["roles.0", { kind: "scoped", roles: ["absent"], actions: ["read"] }],
    ["collections.0", { kind: "scoped", roles: [], actions: ["read"], collections: ["absent"] }],
    ["roles", { kind: "scoped", roles: [], actions: ["users:read"] }],
    ["collections", { kind: "scoped", roles: ["admin"], actions: ["users:read"], collections: ["channel:news"] }],
    ["actions", { kind: "secret", actions: ["read"] }],
  ];
  for (const [field, input] of wrong) {
    const error = await make(world, operator, input).catch((thrown: unknown) => thrown);
    expect([input, error]).toEqual([input, expect.objectContaining({ details: { field } })]);
  }
});
