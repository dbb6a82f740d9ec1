/** Deletion of users that is interrupted, and operators who act on each other at the same moment. */
import { beforeEach, describe, expect, test } from "bun:test";
import {
  amongOperators,
  blockUser,
  createCollection,
  createItems,
  createOperator,
  createUser,
  deleteUser,
  FEATURES,
  listItems,
  listSecurityLog,
  listUsers,
  type RequestContext,
  unblockUser,
} from "../src/index.ts";
import { bearer, codeOf, openWorld, type World } from "./identity-support.ts";

let world: World;
let operator: RequestContext;

beforeEach(async () => {
  world = await openWorld();
  const token = await world.account("operator@example.com");
  await createCollection(await world.ctx(bearer(token)), {
    slug: "notes",
    kind: "managed",
    fields: [{ name: "text", type: "text" }],
  });
  operator = await world.ctx(bearer(token));
});

const again = async (): Promise<RequestContext> => ({
  ...operator,
  catalog: await world.engine.catalogs.get(world.driver, operator.principal.workspaceId),
});

/** A user who owns so many notes, and has been blocked for long: nothing waits for other servers. */
async function ownerOf(notes: number) {
  const { id } = await createUser(operator, { email: "owner@example.com", name: "Owner", password: "correct horse" });
  for (let i = 0; i < notes; i += 200) {
    const rows = Array.from({ length: Math.min(200, notes - i) }, (_, n) => ({ text: `note ${i + n}`, owner_id: id }));
    await createItems(await again(), "notes", rows);
  }
  await blockUser(operator, id);
  world.pass(10_000);
  return id;
}

const ownedBy = async (id: string): Promise<number> => {
  const page = await listItems(await again(), "notes", { filter: { owner_id: { _eq: id } }, limit: 1000 });
  return (page.data as unknown[]).length;
};
const emails = async () => (await listUsers(operator, { limit: 10 })).data.map(({ email }) => email);

/** The same process, whose database stops taking batches after so many. */
function dying(ctx: RequestContext, after: number): RequestContext {
  let left = after;
  const { driver } = ctx;
  const batch: typeof driver.batch = async (queries) => {
    if (left-- <= 0) throw new Error("killed");
    return driver.batch(queries);
  };
  return { ...ctx, driver: Object.assign(Object.create(driver), { batch }) };
}

describe("a deletion that was killed", () => {
  for (const after of [0, 1, 2, 3, 4]) {
    test(`after ${after} batches can be repeated, and leaves nothing half-made`, async () => {
      const id = await ownerOf(250);
      const killed = await deleteUser(dying(await again(), after), id, "release").catch((error) => String(error));
      if (typeof killed === "string") {
        expect(await emails()).toContain("owner@example.com");
        await deleteUser(await again(), id, "release");
      }
      expect(await emails()).toEqual([]);
      expect(await ownedBy(id)).toBe(0);
      // The passwords of others stay.
      expect(await world.driver.all({ sql: "select user_id from plinth_accounts", params: [] })).toEqual([
        { user_id: operator.principal.id! },
      ]);
      const { data } = await listSecurityLog(operator, { target: `user:${id}`, type: ["user_delete"], limit: 1 });
      expect(data[0]!.detail).toMatchObject({ complete: true });
    });
  }

  test("is finished by the server itself", async () => {
    const id = await ownerOf(1250);
    await deleteUser(dying(await again(), 2), id, "delete").catch(() => {});
    expect(await ownedBy(id)).toBeGreaterThan(0);
    expect(await codeOf(async () => unblockUser(await again(), id))).toBe("CONFLICT");
    const [schedule] = FEATURES.find(({ name }) => name === "user-data")!.schedules!;
    let slices = 0;
    while (await schedule!.run(world.engine, world.driver)) slices++;
    expect(slices).toBeGreaterThan(1);
    expect(await ownedBy(id)).toBe(0);
    expect(await emails()).toEqual([]);
  });
});

test("two operators who block or delete each other at the same moment leave one", async () => {
  for (const act of [blockUser, (ctx: RequestContext, id: string) => deleteUser(ctx, id, "release")]) {
    world = await openWorld();
    const first = await world.ctx(bearer(await world.account("operator@example.com")));
    const { id } = await createOperator(first, { email: "second@example.com", name: "Second" });
    const here = amongOperators(first);
    const other = { ...here, principal: { ...here.principal, id } };
    const codes = await Promise.all([codeOf(() => act(here, id)), codeOf(() => act(other, first.principal.id!))]);
    expect(codes.filter((code) => code === undefined)).toHaveLength(1);
  }
});

test("a blocked user is refused at once here, and on another server within two seconds", async () => {
  const token = await world.account("blocked@example.com");
  const { id } = (await world.who(bearer(token))).principal;
  const there = () => codeOf(() => world.who(bearer(token), world.replica));
  expect(await there()).toBeUndefined();
  await blockUser(operator, id!);
  expect(await codeOf(() => world.who(bearer(token)))).toBe("INVALID_TOKEN");
  world.pass(2000);
  expect(await there()).toBe("INVALID_TOKEN");
});
