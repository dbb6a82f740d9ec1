import { afterAll, beforeAll, test } from "bun:test";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContextOptions } from "playwright-core";
import { build } from "../hosts/hosts.ts";
import { startHost } from "../matrix/host-process.ts";
import { type Lab, openLab } from "../matrix/lab.ts";
import type { Running } from "../matrix/target.ts";
import { TARGETS } from "../matrix/targets/index.ts";
import { missing, openBrowser, why } from "../pages/browser.ts";
import { BUN_SERVER } from "../support/bun-server.ts";
import { KEPT_FOLDER } from "../support/kept-folder.ts";
import { type AdminTab, type Cookies, openTab, type Tab } from "./tabs.ts";

export type { AdminTab } from "./tabs.ts";

/** What the tests of the admin share: a server with the built admin, its operator, and pages on which no fault passes. */

export const OPERATOR = { name: "Ada", email: "ada@example.com", password: "correct horse battery" };

export interface AdminOptions {
  /** A target of the matrix; by default Bun with SQLite, as `npm start` runs it. */
  readonly engine?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Without an operator: the test begins at the setup link. */
  readonly empty?: boolean;
  /** The browser has a window, as tests by keys alone need it. */
  readonly hasWindow?: boolean;
}

/** What the browser is like: its window, language, colour scheme. `signedOut`: nobody is signed in. */
export type TabOptions = BrowserContextOptions & { readonly signedOut?: boolean };

/**
 * By default a test has the tab of the one before it, made like new. `keep`: as it was left. `own`: a tab that is closed
 * afterwards, as some things of it cannot be undone, such as its clock.
 */
export type TestOptions = TabOptions & { readonly keep?: boolean; readonly own?: boolean };

export interface AdminServer {
  readonly baseUrl: string;
  readonly server: Running;
  /** The link that makes the first operator, where there is none. */
  setupLink(): Promise<string>;
  /** Calls the API as the operator, with a JSON body or a file if there is one; throws for refusals. The answer's JSON. */
  send<Answer = { data: Record<string, unknown> }>(path: string, body?: unknown, method?: string): Promise<Answer>;
  /** A further tab, as the operator or, with `signedOut`, as nobody. */
  tab(options?: TabOptions): Promise<AdminTab>;
  close(): Promise<void>;
}

/** A server on a free port, and a browser. Close it. */
export async function openAdmin(options: AdminOptions = {}, lab?: Lab): Promise<AdminServer> {
  const own = lab ?? (await openAdminLab(options));
  const server = await startAdmin(own, options);
  const browser = await openBrowser(options);
  const session = options.empty ? undefined : await makeOperator(server);
  const send: AdminServer["send"] = (path, body, method) => call(server, path, { body, method, token: session?.token });
  const tabs: Tab[] = [];
  return {
    baseUrl: server.baseUrl,
    server,
    setupLink: async () => `${server.baseUrl}/setup?token=${await server.setupToken()}`,
    send,
    async tab({ signedOut = false, ...context } = {}) {
      const cookies = signedOut || !session ? [] : session.cookies;
      const tab = await openTab(browser, server.baseUrl, cookies, { locale: "en-US", ...context });
      tabs.push(tab);
      return tab;
    },
    async close() {
      const faults = tabs.flatMap((tab) => tab.faults());
      await browser.close();
      await server.stop();
      await own.close();
      if (faults.length > 0) throw new Error(`in the browser: ${faults.join("\n")}`);
    },
  };
}

const openAdminLab = ({ engine = "" }: AdminOptions): Promise<Lab> =>
  openLab({ postgres: /postgres|neon/i.test(engine) });

async function startAdmin(lab: Lab, { engine, env = {} }: AdminOptions): Promise<Running> {
  if (engine === undefined) return startHost({ command: BUN_SERVER, cwd: lab.folder(), env });
  const target = targetOf(engine);
  await build(...target.builds);
  return target.start(lab, env);
}

function targetOf(engine: string) {
  const target = TARGETS.find(({ name }) => name === engine);
  if (!target)
    throw new Error(`There is no target "${engine}". There are: ${TARGETS.map(({ name }) => name).join(", ")}.`);
  return target;
}

interface Session {
  readonly token: string;
  readonly cookies: Cookies;
}

async function makeOperator(server: Running): Promise<Session> {
  const headers = { "content-type": "application/json", "x-plinth-setup-token": await server.setupToken() };
  const init = { method: "POST", headers, body: JSON.stringify(OPERATOR) };
  const answer = await fetch(`${server.baseUrl}/api/operator/auth/sign-up/email`, init);
  if (!answer.ok) throw new Error(`sign-up: ${answer.status} ${await answer.text()}`);
  const cookies = answer.headers.getSetCookie().map((text) => {
    const pair = text.split(";")[0]!;
    const at = pair.indexOf("=");
    return { name: pair.slice(0, at), value: pair.slice(at + 1), url: server.baseUrl, httpOnly: true };
  });
  return { token: answer.headers.get("set-auth-token")!, cookies };
}

interface ApiCall {
  readonly body?: unknown;
  readonly method?: string | undefined;
  readonly token?: string | undefined;
}

async function call<Answer>(server: Running, path: string, { body, method, token }: ApiCall): Promise<Answer> {
  const answer = await fetch(server.baseUrl + path, {
    method: method ?? (body === undefined ? "GET" : "POST"),
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { "content-type": body instanceof Blob ? body.type : "application/json" }),
    },
    ...(body !== undefined && { body: body instanceof Blob ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return (text === "" ? undefined : JSON.parse(text)) as Answer;
}

export type AdminTest = (admin: AdminServer, tab: AdminTab) => Promise<void>;

export interface AdminSuite {
  /** A test in a tab, as the operator. Where it fails, a picture of the tab is kept. */
  readonly test: (name: string, run: AdminTest, options?: TestOptions) => void;
}

/** One server for all tests of a file. */
export async function withAdmin(options: AdminOptions = {}): Promise<AdminSuite> {
  const lab = missing ? undefined : await openAdminLab(options);
  const lacking = lab && options.engine !== undefined ? targetOf(options.engine).missing(lab) : undefined;
  const skipped = missing || lacking !== undefined;
  const reason = missing ? why : lacking === undefined ? "" : ` — ${lacking}`;
  let admin: AdminServer;
  beforeAll(async () => {
    if (!skipped) admin = await openAdmin(options, lab);
  });
  /** The tabs that no test uses, by what they are like. */
  const free = new Map<string, Tab>();
  const lend = async ({ keep, own, ...options }: TestOptions) => {
    const like = JSON.stringify(options);
    const used = own ? undefined : free.get(like);
    free.delete(like);
    if (!keep) await used?.reset();
    const tab = used ?? ((await admin.tab(options)) as Tab);
    const end = async (passed: boolean) => {
      if (passed && !own && !tab.page.isClosed()) return void free.set(like, tab);
      // They have been reported.
      tab.allow("");
      await tab.context.close();
    };
    return { tab, end };
  };
  afterAll(async () => {
    await (admin ?? lab)?.close();
  });
  return {
    test: (name, run, options = {}) =>
      test.skipIf(skipped)(name + reason, async () => {
        const { tab, end } = await lend(options);
        let passed = false;
        try {
          await run(admin, tab);
          const faults = tab.faults();
          if (faults.length > 0) throw new Error(`in the browser:\n${faults.join("\n")}`);
          passed = true;
        } catch (error) {
          throw new Error(`${await evidence(tab, name)}\n${String(error)}`, { cause: error });
        } finally {
          await end(passed);
        }
      }),
  };
}

/** Where somebody finds what the tab showed. */
async function evidence({ page, faults }: Tab, name: string): Promise<string> {
  const file = join(mkdtempSync(join(KEPT_FOLDER, "plinth-admin-")), `${name.replace(/\W+/g, "-").slice(0, 60)}.png`);
  const shown = await page.screenshot({ path: file, fullPage: true }).then(
    () => `picture: ${file}`,
    (error: unknown) => `no picture: ${String(error)}`,
  );
  return [`at ${page.url()}`, shown, ...faults()].join("\n");
}
