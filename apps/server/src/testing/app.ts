import { memoryBus, systemClock } from "@plinth/adapters-memory";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import type { App, Config, PasswordHasher, Platform, SqlDriver } from "@plinth/core";
import { testConfig } from "@plinth/core/testing";
import { createApp } from "../app.ts";
import type { Protocol } from "../http/protocol.ts";
import { installedSandbox } from "../platform/bun-sandbox.ts";
import { type TestSocket, testSocket } from "./socket.ts";

export const APP_URL = "http://localhost:8787";

const quiet = () => {};
/** Loaded by the first function. */
const sandbox = installedSandbox();

/** Fast hashes for tests. */
const passwords: PasswordHasher = {
  hash: async (password) => `plain:${password}`,
  verify: async ({ hash, password }) => hash === `plain:${password}`,
  isWeaker: () => false,
};

export interface TestApp {
  app: App;
  driver: SqlDriver;
  /** From this machine, unless `from` says otherwise. A path, or an address with another host name. */
  call(path: string, init?: RequestInit & { from?: string | null }): Promise<Response>;
  /** A socket on a host that supports them; throws the refusal's status and code. */
  open(path: string, headers?: Record<string, string>): Promise<TestSocket>;
  /** With a JSON body, if there is one; a POST unless `method` says otherwise. */
  send(path: string, body?: unknown, headers?: Record<string, string>, method?: string): Promise<Response>;
  /** A new account's signed token; the first is the operator's. */
  signUp(email: string): Promise<string>;
}

/** The whole app over a database in memory; with another's `driver`, a second process beside it. */
export function testApp(
  settings: Partial<Config> = {},
  parts: Partial<Pick<TestApp, "driver">> &
    Pick<
      Platform,
      "streams" | "mailer" | "sms" | "captcha" | "admin" | "files" | "images" | "publicFetch" | "trusted"
    > &
    Partial<Pick<Platform, "clock" | "passwords" | "log">> & { protocols?: readonly Protocol[] } = {},
): TestApp {
  const {
    driver = bunSqlite({ path: ":memory:" }),
    clock = systemClock,
    streams,
    mailer,
    sms,
    captcha,
    admin,
    files,
    images,
    publicFetch,
    trusted,
    protocols,
  } = parts;
  const config = testConfig({ appUrl: APP_URL, maxBodyBytes: 10_000, ...settings });
  const platform: Platform = {
    name: "test",
    config,
    database: async () => driver,
    bus: memoryBus(),
    clock,
    log: parts.log ?? { debug: quiet, info: quiet, warn: quiet, error: quiet },
    passwords: parts.passwords ?? passwords,
    mailer,
    sms,
    captcha,
    admin,
    files,
    images,
    publicFetch,
    sandbox,
    trusted,
    ...(streams && { streams }),
  };
  const app = createApp(platform, protocols);
  const call: TestApp["call"] = async (path, { from = "127.0.0.1", ...init } = {}) =>
    app.fetch(new Request(new URL(path, APP_URL), init), {
      defer: quiet,
      ...(from !== null && { remoteAddress: from }),
    });
  const open: TestApp["open"] = async (path, headers = {}) => {
    const { upgrade, socket } = testSocket();
    const request = new Request(APP_URL + path, { headers: { upgrade: "websocket", ...headers } });
    const response = await app.fetch(request, { defer: quiet, upgrade });
    if (!response.ok) throw new Error((await refusalIn(response)).join(" "));
    return socket;
  };
  const send: TestApp["send"] = (path, body, headers = {}, method = "POST") =>
    call(path, {
      method,
      headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  return {
    app,
    driver,
    call,
    open,
    send,
    async signUp(email) {
      const response = await send("/api/auth/sign-up/email", { name: "Someone", email, password: "correct horse" });
      return ((await response.json()) as { token: string }).token;
    },
  };
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

/** The cookie of the session that an answer begins, as a browser sends it. */
export function sessionCookieIn(answer: Response): string {
  const set = answer.headers.getSetCookie().find((one) => one.includes(".session_token="));
  return set!.split(";")[0]!;
}

/** Status, code and named field of a refusal. */
export async function refusalIn(response: Response): Promise<[status: number, code?: string, field?: string]> {
  const { error } = (await response.json()) as { error?: { code: string; details?: { field?: string } } };
  const field = error?.details?.field;
  return [response.status, ...(error ? [error.code] : []), ...(field ? [field] : [])] as never;
}
