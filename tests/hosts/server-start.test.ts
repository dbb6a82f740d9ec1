import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { until } from "@plinth/core/testing";
import { spawnHost, startHost } from "../matrix/host-process.ts";
import { openLab, SECRET } from "../matrix/lab.ts";
import { freePort } from "../support/free-port.ts";
import { build, servers } from "./hosts.ts";

const lab = await openLab({ postgres: false });

beforeAll(() => build("node", "deno"));
afterAll(() => lab.close());

for (const { name, command } of servers(lab)) {
  if (!command) {
    test.skip(`${name} — its package is not installed`, () => {});
    continue;
  }
  describe(name, () => {
    const run = async (env: Record<string, string>, cwd = lab.folder()) => {
      const host = spawnHost({ command, env, cwd });
      const code = await host.exited;
      return { code, said: host.logs() };
    };

    test("lists all that is wrong with the settings, and ends with 1", async () => {
      const { code, said } = await run({ PORT: "eighty", DATABASE_URL: "postgres://u:hunter2@db/app", LOG_LEVEL: "x" });
      expect(code).toBe(1);
      expect(said).toBe(
        [
          "plinth: Some settings are wrong:",
          '  PORT is "eighty"; it must be a whole number from 0 to 65535.',
          '  LOG_LEVEL is "x"; it must be debug, info, warn or error.',
          "  PLINTH_SECRET is not set, but this host requires it: at least 32 characters, for example from: openssl rand -hex 32.",
          "",
        ].join("\n"),
      );
    });

    test("says in one line that a port is taken, and touches no data", async () => {
      const holder = createServer();
      const port = await new Promise<number>((resolve) => {
        holder.listen(0, "127.0.0.1", () => resolve((holder.address() as { port: number }).port));
      });
      const cwd = lab.folder();
      const { code, said } = await run({ PORT: String(port) }, cwd);
      holder.close();
      expect(code).toBe(1);
      expect(said).toBe(
        `plinth: port ${port} on 127.0.0.1 is in use; set PORT to another port, or stop the program that uses it.\n`,
      );
      expect(() => statSync(join(cwd, ".data/plinth.db"))).toThrow("ENOENT");
    });

    test("goes on when nobody reads its output any more", async () => {
      const port = await freePort();
      const env = { PATH: process.env.PATH, HOME: process.env.HOME, PORT: String(port), LOG_LEVEL: "debug" };
      const child = Bun.spawn([...command], { env, cwd: lab.folder(), stdout: "pipe", stderr: "pipe" });
      await Promise.all([child.stdout.cancel(), child.stderr.cancel()]);
      const url = `http://127.0.0.1:${port}`;
      const isLive = () =>
        fetch(`${url}/health/live`).then(
          ({ ok }) => ok,
          () => false,
        );
      await until(isLive);
      // Its mail is written to the output.
      const body = JSON.stringify({ name: "Ada", email: "ada@example.com", password: "correct horse battery" });
      const init = { method: "POST", headers: { "content-type": "application/json" }, body };
      expect((await fetch(`${url}/api/auth/sign-up/email`, init)).status).toBe(200);
      await Bun.sleep(500);
      expect(await isLive()).toBe(true);
      child.kill();
      await child.exited;
    });

    test("a second start on the same port does not share it", async () => {
      const PORT = String(await freePort());
      const first = await startHost({ command, env: { PORT }, cwd: lab.folder() });
      const { code, said } = await run({ PORT });
      await first.stop();
      expect(code).toBe(1);
      expect(said).toContain(`port ${PORT} on 127.0.0.1 is in use`);
    });

    test("a database that cannot be opened stops the start with a message, after the stated time", async () => {
      const port = await freePort();
      const DATABASE_URL = `postgres://nobody:hunter2@127.0.0.1:${port}/none`;
      const began = performance.now();
      const env = { PORT: "0", DATABASE_URL, DATABASE_WAIT_SECONDS: "2", PLINTH_SECRET: "s".repeat(32) };
      const { code, said } = await run(env);
      expect(code).toBe(1);
      expect(performance.now() - began).toBeGreaterThan(2000);
      const [first, last, end] = said.split("\n");
      expect(first).toMatch(
        /^plinth: DATABASE_URL is postgres:.*, but this database does not answer \(.*waiting up to 2 s/,
      );
      expect(last).toMatch(/^plinth: DATABASE_URL is postgres:.*, but this database has not answered for 2 s: /);
      expect(end).toBe("");
      expect(said).not.toContain("hunter2");
      expect(said).not.toContain("    at ");
    });

    test("makes a secret that only its owner can read, and keeps it", async () => {
      const cwd = lab.folder();
      const file = join(cwd, ".data/secret");
      const first = await startHost({ command, env: {}, cwd });
      const token = await first.setupToken();
      await first.stop();
      const secret = readFileSync(file, "utf8");
      expect(secret.trim().length).toBeGreaterThanOrEqual(32);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      chmodSync(file, 0o644);
      const second = await startHost({ command, env: {}, cwd });
      expect(await second.setupToken()).toBe(token);
      await second.stop();
      expect(readFileSync(file, "utf8")).toBe(secret);
      expect(statSync(file).mode & 0o777).toBe(0o600);
    });

    test("makes its folder and its files for their owner alone, and leaves a folder that is there as it is", async () => {
      const cwd = lab.folder();
      mkdirSync(join(cwd, "there"), { mode: 0o755 });
      for (const [folder, mode] of [
        ["new/deep", 0o700],
        ["there", 0o755],
      ] as const) {
        const host = await startHost({ command, env: { DATA_DIR: folder, PLINTH_SECRET: SECRET }, cwd });
        expect(statSync(join(cwd, folder)).mode & 0o777).toBe(mode);
        for (const file of ["plinth.db", "plinth.db-wal", "plinth.db-shm"]) {
          expect([file, statSync(join(cwd, folder, file)).mode & 0o777]).toEqual([file, 0o600]);
        }
        await host.stop();
      }
    });

    test("refuses a damaged secret rather than making another", async () => {
      const cwd = lab.folder();
      const { stop } = await startHost({ command, env: {}, cwd });
      await stop();
      writeFileSync(join(cwd, ".data/secret"), "short");
      const { code, said } = await run({ PORT: "0" }, cwd);
      expect(code).toBe(1);
      expect(said).toContain("secret does not hold a secret of at least 32 characters");
    });

    test("names the setting whose place is none for data, in one line", async () => {
      const cwd = lab.folder();
      writeFileSync(join(cwd, "README.md"), "not a database, and longer than a header of one would be".repeat(4));
      mkdirSync(join(cwd, "folder"));
      const cases: [Record<string, string>, string][] = [
        [{ DATA_DIR: "README.md" }, 'DATA_DIR is "README.md"; it must be a folder'],
        [{ DATA_DIR: "README.md/x" }, 'DATA_DIR is "README.md/x"; it must be a folder'],
        [{ DATA_DIR: "README.md", PLINTH_SECRET: SECRET }, 'DATA_DIR is "README.md"; README.md must be a folder'],
        [{ DATABASE_URL: "sqlite://folder" }, 'DATABASE_URL is "sqlite://folder"; it must name a file, but folder is'],
        [{ DATABASE_URL: "sqlite://README.md" }, "README.md is not an SQLite database, or is damaged"],
        [{ DATABASE_URL: "sqlite://README.md/x.db" }, "README.md must be a folder, but it is a file."],
        [{ DATABASE_URL: "pglite://README.md" }, "it must name a folder, but README.md is a file."],
      ];
      for (const [env, text] of cases) {
        const { code, said } = await run({ PORT: "0", ...env }, cwd);
        expect([code, said]).toEqual([1, expect.stringContaining(text)]);
        expect(said).toMatch(/^plinth: (?:DATA_DIR|DATABASE_URL) is [^\n]*\.\n$/);
      }
    });

    test("does not start on a database that a newer Plinth has migrated", async () => {
      const cwd = lab.folder();
      await (await startHost({ command, env: {}, cwd })).stop();
      const database = new Database(join(cwd, ".data/plinth.db"));
      database.run("insert into plinth_migrations (id, applied_at) values ('9999_later', 0)");
      database.close();
      const { code, said } = await run({ PORT: "0" }, cwd);
      expect(code).toBe(1);
      expect(said).toBe(
        "plinth: A newer Plinth has migrated this database (9999_later); run that version, or restore a backup from before the update.\n",
      );
    });

    test("a second process on a PGlite folder does not start", async () => {
      const cwd = lab.folder();
      const env = { DATABASE_URL: "pglite://folder" };
      const first = await startHost({ command, env, cwd });
      const { code, said } = await run({ PORT: "0", ...env }, cwd);
      expect([code, said]).toEqual([1, expect.stringContaining(`folder is in use by process ${first.pid}:`)]);
      expect(said.split("\n")).toHaveLength(2);
      await first.stop();
    });

    test("prints where it is, and the link for the first operator", async () => {
      const host = await startHost({ command, env: { DATABSE_URL: "x" }, cwd: lab.folder() });
      expect(await host.setupToken()).toMatch(/^[\w-]{16,}$/);
      await host.stop();
      expect(host.logs()).toContain(`Plinth on ${name}`);
      expect(host.logs()).toContain(`address   ${host.baseUrl}`);
      expect(host.logs()).toContain("database  sqlite://./.data/plinth.db");
      expect(host.logs()).toContain("DATABSE_URL is not a setting; did you mean DATABASE_URL?");
    });
  });
}
