import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import path from "node:path";
import { type PageServer, ROOT, startServer } from "./server.ts";

/** The README's first command, also where somebody was there before. */

const PASSWORD = "correct horse battery";
const node = Bun.which("node");
const why = node ? "" : " — there is no Node here";

let server: PageServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

async function firstKey(runtime: string, args: string[], url = server.url) {
  const command = [runtime, path.join(ROOT, "scripts/first-key.mjs"), ...args];
  const child = Bun.spawn(command, { env: { ...process.env, PLINTH_URL: url }, stdout: "pipe", stderr: "pipe" });
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { code: await child.exited, out: out.trim(), err: err.trim() };
}

describe.each([
  ["Node", node],
  ["Bun", process.execPath],
] as const)("the first key by %s", (name, runtime) => {
  test.skipIf(!runtime)(`comes for a new account, for the same again, and not for a wrong one${why}`, async () => {
    for (let i = 0; i < 2; i++) {
      const { code, out, err } = await firstKey(runtime!, ["ada@example.com", PASSWORD]);
      expect([name, code, err]).toEqual([name, 0, ""]);
      const me = await fetch(`${server.url}/api/me`, { headers: { "x-api-key": out } });
      expect(me.status).toBe(200);
    }
    const refusals: [string[], string][] = [
      [["ada@example.com", "another password"], "Email or password is wrong."],
      [[`bob-${name}@example.com`, PASSWORD], "Email or password is wrong."],
      [[], "Usage"],
    ];
    for (const [args, said] of refusals) await refused(await firstKey(runtime!, args), said);
    await refused(await firstKey(runtime!, ["ada@example.com", PASSWORD], "http://127.0.0.1:1"), "Nothing answers");
  });
});

test("a mistyped email makes no account, and an ordinary account gets no key", async () => {
  await firstKey(process.execPath, ["ada@example.com", PASSWORD]);
  const mistyped = { email: "adda@example.com", password: PASSWORD };
  await refused(await firstKey(process.execPath, [mistyped.email, PASSWORD]), "Email or password is wrong.");
  const enter = (path: string, body: object) =>
    fetch(`${server.url}/api/auth/${path}/email`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  expect((await enter("sign-in", mistyped)).status).toBe(401);
  expect((await enter("sign-up", { name: "Bob", email: "bob@example.com", password: PASSWORD })).status).toBe(200);
  await refused(await firstKey(process.execPath, ["bob@example.com", PASSWORD]), "Email or password is wrong.");
});

test("a server that does not trust its visitors takes the setup link", async () => {
  const remote = await startServer({ APP_URL: "https://api.example.com", PASSWORD_HASHING: "scrypt" });
  try {
    const args = ["ada@example.com", PASSWORD];
    await refused(await firstKey(process.execPath, args, remote.url), "setup link");
    const link = /https:\S+\/setup\?token=\S+/.exec(remote.banner)?.[0] ?? "";
    const { code, err } = await firstKey(process.execPath, [...args, link], remote.url);
    expect([code, err]).toEqual([0, ""]);
  } finally {
    await remote.stop();
  }
});

async function refused({ code, out, err }: { code: number; out: string; err: string }, said: string): Promise<void> {
  expect(err).toContain(said);
  expect([code, out, err.split("\n").length]).toEqual([1, "", 1]);
}
