/** What the pool's program amends of a new account, by everything that makes one. */
import { describe, expect, test } from "bun:test";
import type { JsonObject } from "@plinth/core";
import type { SignUpQuestion } from "../src/index.ts";
import { APP_URL } from "./fixture.ts";
import { addPasskey, mailTo, openWorld, PASSWORD, SIGN_INS, type World } from "./sign-in-methods-table.ts";
import { softwareAuthenticator } from "./software-authenticator.ts";

const EMAIL = "ada@example.com";
const PHONE = "+4915112345678";
const PROFILE = { plan: "trial" };

async function open() {
  const asked: Pick<SignUpQuestion, "name" | "method">[] = [];
  const profiles: (JsonObject | undefined)[] = [];
  const world = await openWorld({
    beforeSignUp: async ({ name, method }) => {
      asked.push({ name, method });
      return { account: { name: `amended ${asked.length}` }, profile: PROFILE };
    },
    onProfileWritten: async (_, amended) => {
      profiles.push(amended);
      return [];
    },
  });
  return { world, asked, profiles };
}

const names = ({ rows }: World) => rows("select name from plinth_users");

describe.each(SIGN_INS.filter((one) => one.makesAccounts).map((one) => [one.name, one] as const))("%s", (_, method) => {
  test("stores what is amended of a new account, and nothing of it later", async () => {
    const { world, asked, profiles } = await open();
    expect((await method.enter(world, EMAIL)).headers.get("set-auth-token")).toContain(".");
    expect(asked).toHaveLength(1);
    expect(await names(world)).toEqual([{ name: "amended 1" }]);
    expect(profiles.filter((one) => one !== undefined)).toEqual([PROFILE]);
    expect(profiles[0]).toEqual(PROFILE);
    profiles.splice(0);
    await method.enter(world, EMAIL);
    expect([asked.length, ...(await names(world))]).toEqual([1, { name: "amended 1" }]);
    expect(profiles.filter((one) => one !== undefined)).toEqual([]);
  });

  test("amends the account that an anonymous user makes", async () => {
    const { world, asked, profiles } = await open();
    const { token } = (await (await world.post("/sign-in/anonymous", { name: "Guest" })).json()) as { token: string };
    expect(asked).toEqual([{ name: "Guest", method: "anonymous" }]);
    expect([...(await names(world)), ...profiles.splice(0)]).toEqual([{ name: "amended 1" }, PROFILE]);
    await method.enter(world, EMAIL, { authorization: `Bearer ${token}` });
    expect(await names(world)).toEqual([{ name: "amended 2" }]);
    expect(profiles.filter((one) => one !== undefined)).toEqual([PROFILE]);
  });
});

test("a form is answered as it was amended, whether or not the address has an account", async () => {
  const { world, asked, profiles } = await open();
  const form = { name: "Ada", email: EMAIL, password: PASSWORD };
  const answer = await world.post("/sign-up/email", form);
  expect(await answer.json()).toMatchObject({ user: { name: "amended 1", email: EMAIL } });
  expect(asked).toEqual([{ name: "Ada", method: "password" }]);
  expect(profiles.filter((one) => one !== undefined)).toEqual([PROFILE]);
  await expect(world.post("/sign-up/email", form)).rejects.toThrow("already exists");
  expect(await names(world)).toEqual([{ name: "amended 1" }]);
});

const ADDED: Readonly<Record<string, (world: World, token: string) => Promise<Response>>> = {
  async mail(world, token) {
    const headers = { authorization: `Bearer ${token}` };
    await world.post("/change-email", { new_email: EMAIL }, headers);
    const { url } = mailTo(world, EMAIL, "confirm_new_email");
    return world.get(`/verify-email?token=${new URL(url!).searchParams.get("token")}`, headers);
  },
  async phone(world, token) {
    const headers = { authorization: `Bearer ${token}` };
    await world.post("/change-phone", { phone: PHONE }, headers);
    return world.post("/verify-phone", { phone: PHONE, code: world.messages.at(-1)?.code }, headers);
  },
  passkey: async (world, token) => addPasskey(world, token, await softwareAuthenticator({ origin: APP_URL })),
  password: (world, token) =>
    world.post(
      "/sign-up/email",
      { name: "Ada", email: EMAIL, password: PASSWORD },
      { authorization: `Bearer ${token}` },
    ),
};

test.each(Object.entries(ADDED))("an anonymous user's added %s amends the account", async (method, add) => {
  const { world, asked, profiles } = await open();
  const { token } = (await (await world.post("/sign-in/anonymous", {})).json()) as { token: string };
  profiles.splice(0);
  expect((await add(world, token)).status).toBe(200);
  expect(asked.slice(1)).toEqual([{ name: method === "password" ? "Ada" : null, method: method as "mail" }]);
  expect(await names(world)).toEqual([{ name: "amended 2" }]);
  expect(profiles.filter((one) => one !== undefined)).toEqual([PROFILE]);
});
