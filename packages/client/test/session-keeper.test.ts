import { expect, test } from "bun:test";
import { sessionKeeper } from "../src/auth/session-keeper.ts";
import type { AuthUser } from "../src/auth/types.ts";

const url = "http://server.test";
const userNamed = (name: string): AuthUser => ({ id: "1", name, email: "ada@example.com" }) as AuthUser;
const pairOf = (n: number) => ({ access_token: `access-${n}`, refresh_token: `refresh-${n}` });

/** A storage that answers later, as a phone's does, and stores later still, and a server that refreshes each token to the second. */
async function keeper() {
  const kept = new Map<string, string>();
  const later = <T>(work: () => T): Promise<T> => Bun.sleep(0).then(work);
  const muchLater = (work: () => void) =>
    later(() => {})
      .then(() => later(() => {}))
      .then(() => later(work));
  const storage = {
    getItem: (key: string) => later(() => kept.get(key) ?? null),
    setItem: (key: string, value: string) => muchLater(() => kept.set(key, value)),
    removeItem: (key: string) => muchLater(() => kept.delete(key)),
  };
  const fetch = (async () => Response.json({ data: pairOf(2) })) as unknown as typeof globalThis.fetch;
  const one = sessionKeeper({ url, storage, fetch });
  await one.start({ tokens: pairOf(1), user: userNamed("Ada"), token: undefined });
  return one;
}

test("a changed user does not bring back tokens that are refreshed at the same time, nor they the user of before", async () => {
  for (const order of [0, 1]) {
    const { tokens, setUser, read } = await keeper();
    const works = [() => tokens.renew("access-1"), () => setUser(userNamed("Ada Lovelace"))];
    if (order === 1) works.reverse();
    await Promise.all(works.map((work) => work()));
    expect(await read()).toMatchObject({ ...pairOf(2), user: { name: "Ada Lovelace" } });
  }
});

test("a changed user does not bring back a session that ends, or another that begins, at the same time", async () => {
  const { start, end, setUser, read } = await keeper();
  await Promise.all([end(), setUser(userNamed("Ada Lovelace"))]);
  expect(await read()).toBeUndefined();
  await start({ tokens: pairOf(1), user: userNamed("Ada"), token: undefined });
  const again = start({ tokens: pairOf(3), user: userNamed("Ada"), token: undefined });
  await Promise.all([again, setUser(userNamed("Ada Lovelace"))]);
  expect(await read()).toMatchObject({ ...pairOf(3), user: { name: "Ada Lovelace" } });
});
