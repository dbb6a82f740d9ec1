/** Requests that are under way while what they rely on ends. A gate holds the hash: nothing depends on time. */
import { expect, test } from "bun:test";
import type { Mail, Mailer, PasswordHasher } from "@plinth/core";
import { bearer, testApp } from "../../testing/app.ts";

const SLOW = "a slow password 1";
const NEW = "another password 2";

function world() {
  let open = (): void => {};
  let reached = (): void => {};
  let gate: Promise<void> | undefined;
  const pass = async (password: string): Promise<void> => {
    if (password !== SLOW || !gate) return;
    reached();
    await gate;
  };
  const passwords: PasswordHasher = {
    hash: async (password) => {
      await pass(password);
      return `plain:${password}`;
    },
    verify: async ({ hash, password }) => {
      const valid = hash === `plain:${password}`;
      await pass(password);
      return valid;
    },
    isWeaker: () => false,
  };
  const sent: Mail[] = [];
  const mailer: Mailer = {
    name: "test",
    capabilities: { deduplicates: false, development: false },
    async send(mail) {
      sent.push(mail);
    },
  };
  const app = testApp({ authRateLimit: 0, passwordHashing: "scrypt" }, { passwords, mailer });
  /** Begins a request, and waits until its password is hashed. */
  const held = async (begin: () => Promise<Response>) => {
    const arrived = new Promise<void>((resolve) => {
      reached = resolve;
    });
    gate = new Promise((resolve) => {
      open = resolve;
    });
    const answer = begin();
    await arrived;
    gate = undefined;
    return () => {
      open();
      return answer;
    };
  };
  const signIn = (email: string, password: string, path = "/api") =>
    app.send(`${path}/auth/sign-in/email`, { email, password });
  const read = async <T>(answer: Promise<Response>) => (await (await answer).json()) as T;
  /** The token in the newest mail to an address, of a link that has this in it. */
  const linkOf = async (operator: string, to: string, part: string) => {
    const found = () => sent.findLast((mail) => mail.to === to && mail.text.includes(part));
    for (let tries = 0; tries < 200 && !found(); tries++) {
      await app.send("/api/tick", {}, bearer(operator));
      await Bun.sleep(5);
    }
    return new URL(/https?:\S+/.exec(found()!.text)![0]).searchParams.get("token")!;
  };
  return { ...app, held, signIn, read, linkOf };
}

type World = ReturnType<typeof world>;

/** How an old password ends. */
const ENDS: Record<string, (world: World, operator: string, email: string, session: string) => Promise<number>> = {
  "a reset": async ({ send, linkOf }, operator, email) => {
    await send("/api/auth/request-password-reset", { email });
    const token = await linkOf(operator, email, "reset-password");
    return (await send("/api/auth/reset-password", { token, new_password: NEW })).status;
  },
  "a change": async ({ send }, _, __, session) => {
    const body = { current_password: SLOW, new_password: NEW };
    return (await send("/api/auth/change-password", body, bearer(session))).status;
  },
  "the owner of the address, who comes by a link": async ({ send, linkOf }, operator, email) => {
    await send("/api/auth/sign-in/magic-link", { email });
    const token = await linkOf(operator, email, "magic-link");
    return (await send("/api/auth/magic-link/verify", { token })).status;
  },
};

for (const [what, end] of Object.entries(ENDS)) {
  test(`a sign-in by the old password makes no session after ${what}`, async () => {
    const all = world();
    const { send, signUp, signIn, held, read, driver } = all;
    const operator = await signUp("operator@example.com");
    const email = "ada@example.com";
    const form = { name: "Ada", email, password: SLOW };
    const { token, user } = await read<{ token: string; user: { id: string } }>(send("/api/auth/sign-up/email", form));
    const release = await held(() => signIn(email, SLOW));
    expect(await end(all, operator, email, token)).toBe(200);
    const sql = `select count(*) as n from plinth_sessions where user_id = '${user.id}'`;
    const before = await driver.all({ sql, params: [] });
    expect((await release()).status).toBe(401);
    expect(await driver.all({ sql, params: [] })).toEqual(before);
  });
}

test("a change of the password that is under way does not replace that of a reset", async () => {
  const all = world();
  const { send, signUp, signIn, held, read } = all;
  const operator = await signUp("operator@example.com");
  const email = "ada@example.com";
  const form = { name: "Ada", email, password: SLOW };
  const { token } = await read<{ token: string }>(send("/api/auth/sign-up/email", form));
  const body = { current_password: SLOW, new_password: "the password of a thief" };
  const release = await held(() => send("/api/auth/change-password", body, bearer(token)));
  expect(await ENDS["a reset"]!(all, operator, email, token)).toBe(200);
  expect((await release()).status).toBe(401);
  expect((await signIn(email, "the password of a thief")).status).toBe(401);
  expect((await signIn(email, NEW)).status).toBe(200);
});

test("who owned the server and was blocked makes no further operator", async () => {
  const { send, signUp, signIn, held, read } = world();
  const operator = await signUp("operator@example.com");
  const eve = { email: "eve@example.com", name: "Eve", password: "correct horse", email_verified: true };
  const { data } = await read<{ data: { id: string } }>(send("/api/operators", eve, bearer(operator)));
  const { token } = await read<{ token: string }>(signIn("eve@example.com", "correct horse", "/api/operator"));
  const mallory = { email: "mallory@example.com", name: "Mallory", password: SLOW, email_verified: true };
  const release = await held(() => send("/api/operators", mallory, bearer(token)));
  expect((await send(`/api/operators/${data.id}/block`, {}, bearer(operator))).status).toBe(200);
  expect((await release()).status).not.toBe(201);
  expect((await signIn("mallory@example.com", SLOW, "/api/operator")).status).toBe(401);
});

test("who was an administrator makes no further one", async () => {
  const { send, signUp, held, read } = world();
  const operator = await signUp("operator@example.com");
  const form = { name: "Ada", email: "ada@example.com", password: "correct horse" };
  const { token, user } = await read<{ token: string; user: { id: string } }>(send("/api/auth/sign-up/email", form));
  const roles = (names: string[]) => send(`/api/users/${user.id}/roles`, { roles: names }, bearer(operator), "PUT");
  await roles(["admin"]);
  const ben = { email: "ben@example.com", name: "Ben", password: SLOW, roles: ["admin"] };
  const release = await held(() => send("/api/users", ben, bearer(token)));
  expect((await roles([])).status).toBe(200);
  expect((await release()).status).not.toBe(201);
});
