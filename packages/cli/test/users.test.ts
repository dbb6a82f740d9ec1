import { expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { serverForTests } from "./server.ts";

const { server } = serverForTests();
const { plinth, json } = server;
const ANN = "ann@example.com";
const PASSWORD = "a compiler of words";
const signIn = (email: string) =>
  fetch(`${server.url}/api/auth/sign-in/email`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password: PASSWORD }),
  });

test("a user is created with a password from the standard input, found and listed", async () => {
  await server.api("/api/roles", {
    method: "POST",
    body: '{"name":"author"}',
    headers: { "content-type": "application/json" },
  });
  const options = ["--name", "Ann", "--roles", "author", "--verified", "--password-stdin", "--key", server.key];
  const made = await server.plinthWith(`${PASSWORD}\n`, "users", "create", ANN, ...options);
  expect([made.code, made.err]).toEqual([0, ""]);
  expect(made.out).toMatch(/^email +name +roles +email_verified.*\nann@example.com +Ann +author +true/);
  expect((await signIn(ANN)).status).toBe(200);
  expect(await json("users", "get", ANN)).toMatchObject([{ email: ANN, roles: ["author"] }]);
  expect(await json("users", "list", "--search", "Ann")).toMatchObject([{ email: ANN }]);
  expect(await json("users", "list", "--search", "nobody")).toEqual([] as never);
});

test("the roles of a user who exists are set, and taken away", async () => {
  const byKey = await plinth("users", "roles", ANN, "admin,author");
  expect([byKey.code, byKey.err]).toEqual([2, "No key can do this: it needs a user who has signed in.\n"]);
  const session = ["--token", server.token];
  expect(await json("users", "roles", ANN, "author,admin", ...session)).toMatchObject({ email: ANN });
  expect(await json("users", "get", ANN)).toMatchObject([{ roles: ["admin", "author"] }]);
  const less = await plinth("users", "roles", ANN, "author", "--revoke-keys", ...session);
  expect([less.code, less.out]).toEqual([0, expect.stringMatching(/^email +roles +keys_revoked.*\nann@\S+ +author +/)]);
  expect(await json("users", "roles", ANN, "--none")).toMatchObject({ roles: [] });
  for (const [words, message] of [
    [[ANN], "Write the roles, with commas between them, or --none"],
    [[ANN, "author", "--none"], "Write the roles, with commas between them, or --none"],
    [[ANN, "athor"], "author"],
    [["nobody@example.com", "author"], "There is no user with the address"],
  ] as const) {
    const { code, err } = await plinth("users", "roles", ...words);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  }
  await json("users", "roles", ANN, "author");
});

test("a list goes on over all pages, with its search", async () => {
  for (let i = 0; i < 51; i++) {
    const body = JSON.stringify({ email: `many${i}@example.com`, name: i === 0 ? "Other" : "Many" });
    await server.api("/api/users", { method: "POST", body, headers: { "content-type": "application/json" } });
  }
  expect(await json("users", "list", "--search", "many")).toHaveLength(51);
});

test("a user is blocked, unblocked and signed out, by address or id", async () => {
  const [{ id }] = (await json("users", "get", ANN)) as [{ id: string }];
  expect(await json("users", "block", ANN)).toMatchObject({ id, blocked_at: expect.any(String) });
  expect((await signIn(ANN)).status).toBe(403);
  expect(await json("users", "unblock", id)).toMatchObject({ id, blocked_at: null });
  const { token } = (await (await signIn(ANN)).json()) as { token: string };
  expect(await json("users", "sign-out", id)).toMatchObject({ id });
  const me = await fetch(`${server.url}/api/me`, { headers: { authorization: `Bearer ${token}` } });
  expect(me.status).toBe(401);
});

/** Adds a number to the account by the code that was sent to it, which the development server keeps readable. */
async function addPhone(phone: string): Promise<void> {
  const ask = async (path: string, token: string, body?: object, method = body ? "POST" : "GET") => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const answer = await fetch(server.url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    return (await answer.json()) as never;
  };
  await ask("/api/auth-settings", server.token, { phone: { sign_in: true } }, "PATCH");
  const { token } = (await (await signIn(ANN)).json()) as { token: string };
  await ask("/api/auth/change-phone", token, { phone });
  const { data } = (await ask("/api/mail/outbox?channel=sms&limit=1", server.token)) as { data: [{ id: string }] };
  const sent = (await ask(`/api/mail/outbox/${data[0].id}`, server.token)) as { data: { content: { text: string } } };
  await ask("/api/auth/verify-phone", token, { phone, code: /^\d{6}/.exec(sent.data.content.text)![0] });
}

test("a user is found by phone number, however it is written", async () => {
  await addPhone("+4915112345678");
  const [{ id }] = (await json("users", "get", ANN)) as [{ id: string }];
  expect(await json("users", "get", "+49 151 12345678")).toMatchObject([{ id, phone: "+4915112345678" }]);
  expect(await json("users", "sign-out", "+4915112345678")).toMatchObject({ id, email: ANN });
  const none = await plinth("users", "get", "+4915100000000");
  expect([none.code, none.err]).toEqual([2, "There is no user with the number +4915100000000.\n"]);
  const wrong = await plinth("users", "get", "+49");
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining("phone")]);
});

test("somebody is invited, and the whole link is shown", async () => {
  const { code, out } = await plinth("users", "invite", "joan@example.com", "--roles", "author");
  expect([code, out]).toEqual([0, expect.stringMatching(/joan@example.com +author +\S+ +http\S+\n$/)]);
  const invited = (await json("users", "invite", "joan@example.com", "--roles", "author")) as { token: string };
  expect(invited).toMatchObject({ email: "joan@example.com", roles: ["author"], token: expect.any(String) });
});

test("a user is exported and deleted", async () => {
  const written = await plinth("users", "export", ANN, "--output", "ann.json");
  expect([written.code, written.out]).toEqual([0, expect.stringContaining("written to ann.json")]);
  const file = JSON.parse(await readFile(join(server.folder, "ann.json"), "utf8")) as object;
  expect(file).toMatchObject({ user: { email: ANN } });
  expect(JSON.parse((await plinth("users", "export", ANN)).out)).toMatchObject({ user: { email: ANN } });
  const undecided = await plinth("users", "delete", ANN);
  expect([undecided.code, undecided.err]).toEqual([2, expect.stringContaining("--items release")]);
  expect(await json("users", "delete", ANN, "--items", "release")).toMatchObject({ complete: true });
  const gone = await plinth("users", "get", ANN);
  expect([gone.code, gone.err]).toEqual([2, `There is no user with the address ${ANN}.\n`]);
});

test("what is missing, unknown or too much is said before anything is changed", async () => {
  for (const [args, message] of [
    [["users"], "plinth users needs one of list, get, create"],
    [["users", "get"], "Write plinth users get EMAIL"],
    [["users", "get", "ann"], '"ann" is not an address and not a phone number'],
    [["users", "create", "new@example.com"], "--name"],
    [["users", "list", "--items", "delete"], "plinth users list takes no --items"],
    [["users", "block", "nobody@example.com"], "There is no user with the address nobody@example.com"],
    [["users", "block", ANN, "--token", "x", "--key", "y"], "not both"],
    [["workspaces", "list", "--grace-days", "3", "--token", "x"], "plinth workspaces list takes no --grace-days"],
    [["workspaces", "list", "--key", "x"], "No key can do this"],
    [["users", "invite", "joan@example.com", "--roles", "zzz"], "there is no role"],
  ] as const) {
    const { code, out, err } = await plinth(...args);
    expect([code, out, err]).toEqual([2, "", expect.stringContaining(message)]);
  }
  const nobody = await server.plinthWith("", "users", "list");
  expect([nobody.code, nobody.err]).toEqual([2, expect.stringContaining("--key or PLINTH_KEY")]);
});
