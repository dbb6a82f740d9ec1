import { expect, test } from "bun:test";
import { type DeriveKey, MODEST_COST, SERVER_COST, scryptHasher } from "../src/index.ts";

/** What was asked for since the last look, in units of the lesser cost. */
let work = 0;
const UNIT = 2 ** MODEST_COST.ln * MODEST_COST.r * MODEST_COST.p;
const derive: DeriveKey = async (password, salt, { ln, r, p }, bytes) => {
  work += (2 ** ln * r * p) / UNIT;
  const text = new TextEncoder().encode(JSON.stringify([password, String(salt), ln, r, p]));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-512", text));
  return digest.slice(0, bytes);
};
const taken = async (doing: () => Promise<unknown>): Promise<number> => {
  work = 0;
  await doing();
  return work;
};
const hasher = (cost = SERVER_COST) => scryptHasher(cost, derive);

test("a hash says what it took, in the form of PHC strings", async () => {
  expect(await hasher().hash("x")).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{86}$/);
});

test("a wrong password takes the same time whatever its hash, as one without an account", async () => {
  const server = hasher();
  const [weak, strong] = [await hasher(MODEST_COST).hash("right"), await server.hash("right")];
  const wrong = (hash: string) => taken(() => server.verify({ hash, password: "wrong" }));
  expect(await taken(() => server.hash("wrong"))).toBe(3);
  expect([await wrong(weak), await wrong(strong), await wrong("test:00"), await wrong("")]).toEqual([3, 3, 3, 3]);
  expect(await taken(() => server.verify({ hash: weak, password: "right" }))).toBe(1);
});

test("so it does on a host whose own hashes are weaker, once it has seen a stronger one", async () => {
  const edge = hasher(MODEST_COST);
  const [weak, strong] = [await edge.hash("right"), await hasher().hash("right")];
  expect(await taken(() => edge.hash("wrong"))).toBe(1);
  expect(await edge.verify({ hash: strong, password: "right" })).toBe(true);
  expect(await taken(() => edge.hash("wrong"))).toBe(3);
  for (const hash of [weak, strong]) expect(await taken(() => edge.verify({ hash, password: "wrong" }))).toBe(3);
});

test("only a weaker hash is one to replace", async () => {
  const [weak, strong] = [await hasher(MODEST_COST).hash("x"), await hasher().hash("x")];
  const old = `${"0f".repeat(16)}:${"ab".repeat(64)}`;
  expect([weak, strong, old, "test:00"].map(hasher().isWeaker)).toEqual([true, false, true, false]);
  expect([weak, strong, old, "test:00"].map(hasher(MODEST_COST).isWeaker)).toEqual([false, false, false, false]);
});

test("a hash that is damaged, or would take all memory, is no password's", async () => {
  const hash = await hasher().hash("x");
  const forged = ["ln=24,r=8,p=3", "ln=0,r=8,p=3", "ln=15,r=0,p=3", "ln=15,r=8,p=99", "ln=20,r=99,p=1"];
  for (const cost of forged) {
    expect(await hasher().verify({ hash: hash.replace("ln=15,r=8,p=3", cost), password: "x" })).toBe(false);
  }
  expect(await hasher().verify({ hash: `${hash}A`, password: "x" })).toBe(false);
});
