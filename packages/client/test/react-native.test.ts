import { expect, test } from "bun:test";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";

const ENTRY = join(import.meta.dirname, "../src/index.ts");

/** As React Native has it: without `origin`, and parameters can only be added. */
class BareUrl {
  readonly href: string;
  readonly searchParams: { append(name: string, value: string): void };
  constructor(input: string | BareUrl, base?: string | BareUrl) {
    const url = new URL(String(input), base === undefined ? undefined : String(base));
    this.href = url.href;
    this.searchParams = { append: () => undefined };
  }
  toString(): string {
    return this.href;
  }
}

test("without Node's modules and without what only browsers have, users sign in, stay signed in and write", async () => {
  const { outputs } = await Bun.build({ entrypoints: [ENTRY], target: "browser", format: "cjs" });
  const kept = new Map<string, string>();
  const asked: string[] = [];
  const user = { id: "u", email: "ada@x.test", name: "Ada" };
  const answers: Record<string, () => Response> = {
    "/api/auth/sign-in/email": () =>
      Response.json({ token: "t.sig", user, tokens: { access_token: "a1", refresh_token: "r1", expires_in: 900 } }),
    "/api/auth/token/refresh": () =>
      Response.json({ data: { access_token: "a2", refresh_token: "r2", expires_in: 900 } }),
    "/api/me": () => Response.json({}, { status: asked.at(-1)!.endsWith("a2") ? 200 : 401 }),
  };
  const fetch = async (input: BareUrl, init: RequestInit) => {
    const { pathname } = new URL(String(input));
    asked.push(`${pathname} ${new Headers(init.headers).get("authorization") ?? ""}`.trim());
    return answers[pathname]?.() ?? Response.json({ data: [] });
  };
  const AsyncStorage = {
    getItem: async (key: string) => kept.get(key) ?? null,
    setItem: async (key: string, value: string) => void kept.set(key, value),
    removeItem: async (key: string) => void kept.delete(key),
  };
  const module = { exports: {} };
  const world = { URL: BareUrl, Headers, AbortController, setTimeout, clearTimeout, queueMicrotask, console, fetch };
  const context = createContext({ ...world, AsyncStorage, module, exports: module.exports });
  runInContext(await outputs[0]!.text(), context);
  const result = runInContext(
    `(async () => {
      const client = module.exports.createClient({ url: "https://api.test", storage: AsyncStorage });
      const { auth } = client;
      const events = [];
      auth.onAuthChange((event) => events.push(event));
      await auth.password.signIn({ email: "ada@x.test", password: "p" });
      const { status } = await auth.fetch("/api/me");
      await client.from("notes").create({ text: "hello" });
      const offered = await auth.passkeys.offer();
      const code = await auth.passkeys.add().catch((error) => error.code);
      await auth.sessions.revoke("other");
      await auth.signOut();
      return JSON.stringify({ events, status, code, offered: String(offered) });
    })()`,
    context,
  ) as Promise<string>;
  expect(JSON.parse(await result)).toEqual({
    events: ["initial", "signed_in", "refreshed", "signed_out"],
    status: 200,
    code: "PASSKEY_UNSUPPORTED",
    offered: "undefined",
  });
  expect(kept.size).toBe(0);
  expect(asked.slice(0, 4)).toEqual([
    "/api/auth/sign-in/email",
    "/api/me Bearer a1",
    "/api/auth/token/refresh",
    "/api/me Bearer a2",
  ]);
});
