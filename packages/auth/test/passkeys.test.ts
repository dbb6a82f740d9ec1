import { expect, test } from "bun:test";
import { PlinthError } from "@plinth/core";
import { APP_URL, FOREIGN_PAGE } from "./fixture.ts";
import { addPasskey, cookiesOf, enterByPasskey, openWorld } from "./sign-in-methods-table.ts";
import { softwareAuthenticator } from "./software-authenticator.ts";

async function codeOf(answer: Promise<unknown>): Promise<string | undefined> {
  return answer.then(
    () => undefined,
    (error: unknown) => (error instanceof PlinthError ? error.code : String(error)),
  );
}

async function open() {
  const world = await openWorld();
  const token = await world.signUp();
  const authenticator = await softwareAuthenticator({ origin: APP_URL });
  await addPasskey(world, token, authenticator);
  return { ...world, token, authenticator };
}

test("options ask for a verified user, and name nobody to a stranger", async () => {
  const { get } = await open();
  const options = (await (await get("/passkey/generate-authenticate-options")).json()) as object;
  expect(options).toMatchObject({ rpId: "localhost", userVerification: "required" });
  expect(options).not.toHaveProperty("allowCredentials");
});

test("an authenticator that has not verified its user is refused, at both ceremonies", async () => {
  const { token, rows, ...world } = await open();
  const careless = await softwareAuthenticator({ origin: APP_URL, verifies: false });
  expect(await codeOf(addPasskey(world, token, careless))).toBe("VALIDATION");
  expect(await rows("select id from plinth_passkeys")).toHaveLength(1);
});

test("a page elsewhere can neither make nor use one, unless the server lets it call", async () => {
  const { token, ...world } = await open();
  const phished = await softwareAuthenticator({ origin: "https://evil.example" });
  expect(await codeOf(addPasskey(world, token, phished))).toBe("VALIDATION");
  const own = await softwareAuthenticator({ origin: FOREIGN_PAGE });
  expect(await codeOf(addPasskey(world, token, own))).toBeUndefined();
  expect(await codeOf(enterByPasskey(world, own))).toBeUndefined();
});

test("an answer works once, and not for other options", async () => {
  const { get, post, authenticator } = await open();
  const begun = await get("/passkey/generate-authenticate-options");
  const response = await authenticator.get((await begun.json()) as never);
  const other = await get("/passkey/generate-authenticate-options");
  const send = (from: Response) =>
    codeOf(post("/passkey/verify-authentication", { response }, { cookie: cookiesOf(from) }));
  expect(await send(other)).toBe("INVALID_CREDENTIALS");
  expect(await send(begun)).toBeUndefined();
  expect(await send(begun)).toBe("VALIDATION");
  expect(await codeOf(post("/passkey/verify-authentication", { response }))).toBe("VALIDATION");
});

test("one that is unknown here opens nothing", async () => {
  const world = await open();
  const stranger = await softwareAuthenticator({ origin: APP_URL });
  expect(await codeOf(enterByPasskey(world, stranger))).toBe("INVALID_CREDENTIALS");
});

test("a copy of an authenticator is found by its counter", async () => {
  const { rows, ...world } = await open();
  await rows("update plinth_passkeys set counter = 1000");
  expect(await codeOf(enterByPasskey(world, world.authenticator))).toBe("INVALID_CREDENTIALS");
});

test("adding one needs a fresh proof", async () => {
  const { rows, token, ...world } = await open();
  await rows("update plinth_sessions set authenticated_at = created_at - 3600000");
  const another = await softwareAuthenticator({ origin: APP_URL });
  expect(await codeOf(addPasskey(world, token, another))).toBe("STEP_UP_REQUIRED");
});
