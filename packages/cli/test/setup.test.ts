import { expect, test } from "bun:test";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "@plinth/core/testing";
import { BUN_SERVER } from "../../../tests/support/bun-server.ts";
import { profileFile } from "../src/profiles.ts";
import { runHere } from "./in-process.ts";
import { dataOf, OPERATOR } from "./server.ts";

/** A server that has no operator; `printed` is what its start says. */
async function withNewServer(
  settings: Record<string, string>,
  work: (server: { url: string; printed: string; env: Record<string, string> }) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "plinth-setup-"));
  const server = Bun.spawn([...BUN_SERVER], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      PORT: "0",
      DATA_DIR: join(folder, "data"),
      LOG_LEVEL: "info",
      PASSWORD_HASHING: "test",
      ...settings,
    },
    stdout: "pipe",
    stderr: "inherit",
  });
  let printed = "";
  const read = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of server.stdout) printed += decoder.decode(chunk, { stream: true });
  })();
  const address = () => /address\s+(http:\S+)/.exec(printed)?.[1];
  try {
    await until(() => address() !== undefined && printed.includes("/setup"));
    await work({ url: address()!, printed, env: { XDG_CONFIG_HOME: join(folder, "profiles") } });
  } finally {
    server.kill();
    await read;
    await rm(folder, { recursive: true, force: true });
  }
}

const WORDS = ["--email", OPERATOR.email, "--password-stdin"];

test("on the server's machine, setup makes the operator, who is signed in and can sign in again", () =>
  withNewServer({}, async ({ url, env }) => {
    const setup = (...words: string[]) => runHere(["setup", "--url", url, ...words], env, `${OPERATOR.password}\n`);
    const unkept = await setup(...WORDS, "--profile", "no/name");
    expect([unkept.code, unkept.err]).toEqual([2, expect.stringContaining("--profile takes a name")]);
    const made = await setup(...WORDS);
    expect([made.code, made.err, made.out]).toEqual([
      0,
      "",
      `${OPERATOR.email} is the operator of ${url}, and signed in; profile default.\n`,
    ]);
    expect(dataOf((await runHere(["whoami", "--json"], env)).out)).toMatchObject({ kind: "operator", name: "op" });
    const login = ["login", "--url", url, ...WORDS];
    expect((await runHere(login, env, `${OPERATOR.password}\n`)).code).toBe(0);
    const kept = await readFile(profileFile(env), "utf8");
    const second = await setup("--email", "other@example.com", "--password-stdin", "--json");
    expect([second.code, JSON.parse(second.out)]).toEqual([
      2,
      { error: { code: "CONFLICT", message: expect.stringContaining("Sign in with plinth login.") } },
    ]);
    expect(await readFile(profileFile(env), "utf8")).toBe(kept);
  }));

test("elsewhere it takes the link that the server has printed, and asks a person twice for the password", () =>
  withNewServer({ TRUST_PROXY: "1" }, async ({ url, printed, env }) => {
    const token = /\/setup\?token=(\S+)/.exec(printed)![1]!;
    const refused = await runHere(["setup", `${url}/setup`, ...WORDS], env, OPERATOR.password);
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("Give the setup link")]);
    const wrong = await runHere(["setup", `${url}/setup?token=${token.slice(1)}`, ...WORDS], env, OPERATOR.password);
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining("Give the setup link")]);
    const link = `${url}/setup?token=${token}`;
    const differ = await runHere(["setup", link], env, "", [OPERATOR.email, OPERATOR.password, "another password"]);
    expect([differ.code, differ.err]).toEqual([2, expect.stringContaining("The two passwords differ")]);
    const answers = [OPERATOR.email, OPERATOR.password, OPERATOR.password];
    const made = await runHere(["setup", link], env, "", answers);
    expect([made.code, made.err]).toEqual([0, "Email of the operator: Password: The same again: "]);
    expect(made.out).not.toContain(token);
    expect((await runHere(["workspaces", "list"], env)).code).toBe(0);
  }));

test("what is no link, and a password that nobody can be asked for, is said before anything is sent", async () => {
  for (const [words, message] of [
    [["setup", "link"], '"link" is not a setup link'],
    [["setup", "ftp://example.com/setup?token=x"], "is not a setup link"],
    [["setup", "http://127.0.0.1:1/setup?token=x"], "give --email and --password-stdin"],
    [["setup", "http://127.0.0.1:1", "--email", "a@example.com"], "with --password-stdin"],
  ] as const) {
    const { code, out, err } = await runHere(words, { XDG_CONFIG_HOME: "/nonexistent" });
    expect([code, out, err]).toEqual([2, "", expect.stringContaining(message)]);
  }
});
