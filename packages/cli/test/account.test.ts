import { beforeEach, expect, test } from "bun:test";
import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { codeFor } from "../../../tests/support/one-time-code.ts";
import { profileFile } from "../src/profiles.ts";
import { runHere } from "./in-process.ts";
import { dataOf, OPERATOR, serverForTests } from "./server.ts";

const { server } = serverForTests();
const config = () => join(server.folder, "profiles");
const file = () => profileFile({ XDG_CONFIG_HOME: config() });
const withEnv = (env: Record<string, string>, input: string, ...words: string[]) =>
  runHere(words, { XDG_CONFIG_HOME: config(), ...env }, input);
const plinth = (...words: string[]) => withEnv({}, "", ...words);
const login = (...words: string[]) =>
  withEnv({}, `${OPERATOR.password}\n`, "login", "--url", server.url, "--email", OPERATOR.email, ...words);

beforeEach(() => rmSync(config(), { recursive: true, force: true }));

test("an operator signs in, works without further options, and signs out", async () => {
  const signedIn = await login("--password-stdin");
  expect([signedIn.code, signedIn.out]).toEqual([
    0,
    `Signed in at ${server.url} as ${OPERATOR.email}; profile default.\n`,
  ]);
  if (process.platform !== "win32") expect(statSync(file()).mode & 0o777).toBe(0o600);
  const { token } = (JSON.parse(readFileSync(file(), "utf8")) as { profiles: { default: { token: string } } }).profiles
    .default;
  const me = await plinth("whoami", "--json");
  expect(dataOf(me.out)).toMatchObject({
    url: server.url,
    kind: "operator",
    credentials: "profile",
    profile: "default",
  });
  expect((await plinth("workspaces", "list")).out).toContain("default");
  const listed = await plinth("profile", "list");
  expect(listed.out).toMatch(/^ +name +url +who +workspace\n\* +default +http\S+ +op@example.com\n$/);
  for (const { out, err } of [signedIn, me, listed]) expect(out + err).not.toContain(token);
  const out = await plinth("logout", "--json");
  expect(dataOf(out.out)).toEqual({ profile: "default", session_ended: true });
  const answer = await fetch(`${server.url}/api/workspaces`, { headers: { authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(401);
  const after = await plinth("workspaces", "list", "--url", server.url);
  expect([after.code, after.err]).toEqual([2, expect.stringContaining("Sign in with plinth login")]);
});

test("at a terminal it asks for what is missing", async () => {
  const answers = [server.url, OPERATOR.email, OPERATOR.password];
  const { code, err } = await runHere(["login"], { XDG_CONFIG_HOME: config() }, "", answers);
  expect([code, err]).toEqual([0, "Address of Plinth [http://127.0.0.1:8787]: Email: Password: "]);
  const wrong = await runHere(["login"], { XDG_CONFIG_HOME: config() }, "", [server.url, OPERATOR.email, "wrong"]);
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining("password")]);
  expect((await plinth("whoami")).out).toContain("operator");
});

test("a key is tried before it is kept, and needs no password", async () => {
  const keep = (key: string) => withEnv({}, `${key}\n`, "login", "--url", server.url, "--key-stdin", "--profile", "ci");
  expect((await keep("sk_live_x")).code).toBe(2);
  expect((await keep(server.key)).out).toBe(`Signed in at ${server.url} as a key; profile ci.\n`);
  expect((await plinth("users", "list")).code).toBe(0);
  const operators = await plinth("workspaces", "list");
  expect([operators.code, operators.err]).toEqual([2, expect.stringContaining("Sign in with plinth login")]);
  expect(dataOf((await plinth("logout", "--json")).out)).toEqual({ profile: "ci", session_ended: null });
});

test("options count before the environment, and that before the profile", async () => {
  await login("--password-stdin", "--profile", "one");
  const source = async (env: Record<string, string>, ...words: string[]) =>
    (dataOf((await withEnv(env, "", "whoami", "--json", ...words)).out) as { credentials: string }).credentials;
  expect(await source({})).toBe("profile");
  expect(await source({ PLINTH_KEY: server.key })).toBe("environment");
  expect(await source({ PLINTH_KEY: server.key }, "--profile", "one")).toBe("profile");
  expect(await source({ PLINTH_KEY: "sk_live_x" }, "--key", server.key)).toBe("option");
});

test("a profile's session never goes to another server", async () => {
  await login("--password-stdin");
  const seen: (string | null)[] = [];
  const other = Bun.serve({
    port: 0,
    fetch(request) {
      seen.push(request.headers.get("authorization"));
      return Response.json({ data: { kind: "anonymous" } });
    },
  });
  const url = String(other.url);
  await plinth("whoami", "--url", url);
  await withEnv({ PLINTH_URL: url }, "", "whoami");
  await other.stop(true);
  expect(seen).toEqual([null, null]);
});

test("profiles are used, removed, and named where they are missing", async () => {
  await login("--password-stdin", "--profile", "one");
  await withEnv(
    {},
    server.key,
    "login",
    "--url",
    server.url,
    "--key-stdin",
    "--profile",
    "two",
    "--workspace",
    "default",
  );
  expect((await plinth("profile", "use", "one")).code).toBe(0);
  expect(dataOf((await plinth("profile", "list", "--json")).out)).toMatchObject([
    { name: "one", current: true, who: OPERATOR.email },
    { name: "two", current: false, who: "a key", workspace: "default" },
  ]);
  const missing = await plinth("users", "list", "--profile", "three");
  expect([missing.code, missing.err]).toEqual([2, "There is no profile three. There are: one, two.\n"]);
  expect((await plinth("profile", "use", "toString")).code).toBe(2);
  expect((await plinth("profile", "remove", "two")).code).toBe(0);
  expect((await plinth("profile", "remove", "two")).code).toBe(2);
});

test("a file that others can read, or that is damaged, is refused", async () => {
  await login("--password-stdin");
  if (process.platform !== "win32") {
    chmodSync(file(), 0o644);
    expect((await plinth("profile", "list")).err).toContain("can be read by other users of this machine");
  }
  chmodSync(file(), 0o600);
  writeFileSync(file(), "{");
  expect((await plinth("profile", "list")).err).toContain("is damaged");
});

test("a second factor is asked for, or given with --code", async () => {
  const headers = { "content-type": "application/json", authorization: `Bearer ${server.token}` };
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${server.url}/api/operator/auth/${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    return (await answer.json()) as { totp_uri: string; backup_codes: [string, string] };
  };
  const { totp_uri, backup_codes } = await post("two-factor/enable", { password: OPERATOR.password });
  await post("two-factor/verify-totp", { code: await codeFor(totp_uri, 0) });
  const asked = await login("--password-stdin");
  expect([asked.code, asked.err]).toEqual([2, expect.stringContaining("give its code with --code")]);
  expect((await login("--password-stdin", "--code", backup_codes[0])).code).toBe(0);
  const words = ["login", "--url", server.url, "--email", OPERATOR.email];
  const answered = await runHere(words, { XDG_CONFIG_HOME: config() }, "", [OPERATOR.password, backup_codes[1]]);
  expect([answered.code, answered.err]).toEqual([0, "Password: Code of your authenticator app, or a recovery code: "]);
  expect((await plinth("workspaces", "list")).code).toBe(0);
});
