import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { BUN_VERSION, explain, findBun, installer, runningBun } from "./bun.mjs";
import { capture, tail } from "./capture.mjs";
import { builtAdmin, compiledServer } from "./compile.mjs";
import { hashOfManifests, installDependencies, installSilently, manifests } from "./dependencies.mjs";
import { hashOfAdmin, hashOfServer } from "./hashes.mjs";
import { opener, wantsBrowser } from "./open.mjs";
import { Failure, step } from "./progress.mjs";
import { TEST_LIMIT_MS, withTestLimit } from "./test-limit.mjs";

const folder = mkdtempSync(path.join(tmpdir(), "plinth-bootstrap-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("finding Bun", () => {
  test("takes the one that runs, if it is the pinned one", () => {
    expect(runningBun("1.2.3", "1.2.3", "/bun", {})).toBe("/bun");
    expect(runningBun("1.2.3", "1.2.4", "/bun", {})).toBeUndefined();
  });

  test("takes the one that ran Node, if it is the pinned one", () => {
    const env = (agent) => ({ npm_execpath: process.execPath, npm_config_user_agent: agent });
    expect(runningBun("1.2.3", undefined, "/node", env("bun/1.2.3 npm/? node/v24.0.0"))).toBe(process.execPath);
    expect(runningBun("1.2.3", undefined, "/node", env("bun/1.2.30 npm/?"))).toBeUndefined();
    expect(runningBun("1.2.3", undefined, "/node", env("npm/11.0.0 node/v20.0.0"))).toBeUndefined();
  });

  test("takes the one that was kept", async () => {
    const kept = path.join(folder, ".cache", "bun", `0.0.1-${process.platform}-${process.arch}`);
    mkdirSync(kept, { recursive: true });
    writeFileSync(path.join(kept, "bun"), "");
    expect(await findBun(folder, "0.0.1")).toBe(path.join(kept, "bun"));
  });

  test("fetches with the npm that called, else with npm from the PATH", () => {
    const [command, args] = installer("/w", { npm_execpath: "/lib/npm-cli.js" }, {}, "/node");
    expect([command, args[0], args[1]]).toEqual(["/node", "/lib/npm-cli.js", "install"]);
    expect(installer("/w", {}, {}, "/node")[0]).toBe("npm");
    expect(installer("/w", {}, { bun: "1.0.0" }, "/bun").slice(0, 2)).toEqual([
      "/bun",
      expect.arrayContaining(["install"]),
    ]);
  });

  test("says in plain words why it could not be fetched", () => {
    expect(explain(BUN_VERSION, null, "spawn npm ENOENT")).toContain("npm was not found");
    expect(explain(BUN_VERSION, 1, "npm error code ENOTFOUND")).toContain("out of reach");
    expect(explain(BUN_VERSION, 1, "npm error code EBADPLATFORM")).toContain("has no build for");
    expect(explain(BUN_VERSION, 1, "npm error code EACCES")).toContain("not writable");
    expect(explain(BUN_VERSION, 1, "npm error code ENOSPC")).toContain("disk is full");
    expect(explain(BUN_VERSION, 1, "npm error code E404")).toContain("npm said:\n  npm error code E404");
  });
});

describe("installing", () => {
  const root = path.join(folder, "project");
  const write = (file, text) => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  };
  write("package.json", JSON.stringify({ workspaces: ["packages/*", "tests"] }));
  write("bun.lock", "{}");
  write("packages/a/package.json", "{}");
  write("packages/no-package/readme", "");
  write("tests/package.json", "{}");
  mkdirSync(path.join(root, "node_modules"));

  test("watches the lockfile and every package.json", () => {
    expect(manifests(root)).toEqual(["bun.lock", "package.json", "packages/a/package.json", "tests/package.json"]);
    const before = hashOfManifests(root);
    write("packages/a/package.json", '{"dependencies":{}}');
    expect(hashOfManifests(root)).not.toBe(before);
  });

  test("runs only if something changed, and more is enough for less", async () => {
    const log = path.join(folder, "installs");
    const bun = path.join(folder, "fake-bun");
    writeFileSync(bun, `#!/bin/sh\necho "$@" >> "${log}"\n`, { mode: 0o755 });
    await installDependencies(root, bun, "server");
    await installDependencies(root, bun, "server");
    await installSilently(root, bun, "production");
    await installDependencies(root, bun, "server");
    await installDependencies(root, bun, "production");
    await installDependencies(root, bun, "all");
    await installDependencies(root, bun, "production");
    write("bun.lock", '{"changed":true}');
    await installDependencies(root, bun, "production");
    expect((await Bun.file(log).text()).trim().split("\n")).toEqual([
      "install --frozen-lockfile --production --filter !@plinth/admin",
      "install --frozen-lockfile --production",
      "install --frozen-lockfile",
      "install --frozen-lockfile",
    ]);
  });

  test("a failure shows what was said and leaves no stamp", async () => {
    const bun = path.join(folder, "failing-bun");
    writeFileSync(bun, "#!/bin/sh\necho 'error: lockfile had changes, but lockfile is frozen'\nexit 1\n", {
      mode: 0o755,
    });
    write("bun.lock", '{"changed":"again"}');
    await expect(installDependencies(root, bun, "all")).rejects.toThrow(
      /bun.lock does not match[\s\S]*lockfile is frozen/,
    );
    await expect(installDependencies(root, bun, "all")).rejects.toBeInstanceOf(Failure);
  });
});

describe("progress", () => {
  const record = (isTTY) => {
    const out = { isTTY, text: "", write: (more) => (out.text += more) };
    return out;
  };

  test("plain lines where there is no terminal", async () => {
    const out = record(false);
    expect(await step("Working", async () => 7, { out, now: () => 0 })).toBe(7);
    expect(out.text).toBe("Working …\nWorking: done in 0.0 s\n");
  });

  test("one line that is drawn over on a terminal", async () => {
    const out = record(true);
    await step("Working", () => Bun.sleep(200), { out });
    expect(out.text).toContain("\r");
    expect(out.text).toMatch(/✓ Working \(0\.\d s\)\n$/);
  });

  test("a failure is marked and passed on", async () => {
    const out = record(false);
    const work = step("Working", () => Promise.reject(new Error("no")), { out, now: () => 0 });
    await expect(work).rejects.toThrow("no");
    expect(out.text).toContain("Working: failed in 0.0 s");
  });
});

test("a browser is opened only for a person at a terminal", () => {
  expect(wantsBrowser({}, { isTTY: true })).toBe(true);
  expect(wantsBrowser({}, {})).toBe(false);
  expect(wantsBrowser({ CI: "true" }, { isTTY: true })).toBe(false);
  expect(wantsBrowser({ PLINTH_OPEN: "0" }, { isTTY: true })).toBe(false);
});

test("each platform has its opener", () => {
  expect(opener("http://x/?a=1&b=2", "linux")).toEqual(["xdg-open", ["http://x/?a=1&b=2"]]);
  expect(opener("http://x/", "darwin")[0]).toBe("open");
  expect(opener("http://x/?a=1&b=2", "win32")[1].at(-1)).toBe("http://x/?a=1^&b=2");
});

test("only the end of a long output is shown", () => {
  expect(tail("1\n2\n3\n", 2)).toBe("  2\n  3");
});

describe("compiling the server", () => {
  const root = path.join(folder, "server");
  const source = path.join(root, "apps/server/src/entries/bun.ts");
  const write = (file, text) => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  const output = async ([program, ...args]) => (await capture(program, args, {})).output.trim();
  const assets = path.join(root, "packages/adapters-postgres/node_modules/@electric-sql/pglite/dist");
  write(path.join(root, "package.json"), JSON.stringify({ workspaces: ["apps/*"] }));
  write(path.join(root, "bun.lock"), "");
  write(
    source,
    `import { readFileSync } from "node:fs";
    console.log(readFileSync(new URL("./pglite.data", import.meta.url), "utf8"));
    new Worker(new URL("./bun-reader.js", import.meta.url));`,
  );
  write(path.join(assets, "pglite.data"), "the data");
  write(path.join(root, "packages/adapters-sqlite/src/bun-reader.ts"), "console.log('the thread');");
  write(path.join(root, "packages/adapters-quickjs/src/threads/bun-quickjs-thread.ts"), "");

  test("once for the same sources, with its thread and PGlite's files, and again when one has changed", async () => {
    const first = await compiledServer(root, process.execPath);
    expect(path.relative(root, first[0])).toStartWith(path.join(".cache", "server"));
    expect(await output(first)).toBe("the data\nthe thread");
    expect(readdirSync(path.dirname(first[0]))).toEqual([path.basename(first[0])]);
    expect(await compiledServer(root, process.execPath)).toEqual(first);
    const before = hashOfServer(root, process.execPath, []);
    write(source, "console.log(12);");
    expect(hashOfServer(root, process.execPath, [])).not.toBe(before);
    expect(await output(await compiledServer(root, process.execPath))).toBe("12");
  });

  test("what only one part is made of leaves the other as it is", async () => {
    const [program] = await compiledServer(root, process.execPath);
    const admin = path.join(root, "apps/admin/index.html");
    const hashes = () => [hashOfServer(root, process.execPath, []), hashOfAdmin(root, process.execPath)];
    const before = hashes();
    write(admin, "<!doctype html>");
    expect(hashes()).toEqual([before[0], expect.not.stringMatching(before[1])]);
    const [again] = await compiledServer(root, process.execPath);
    expect(again).not.toBe(program);
    // The same file by another name: it was not compiled again.
    expect(statSync(again).ino).toBe(statSync(program).ino);
    expect(await output([again])).toBe("12");
    rmSync(path.dirname(admin), { recursive: true });
  });

  test("an admin that cannot be built does not keep the server from starting", async () => {
    const [program] = await compiledServer(root, process.execPath);
    expect([existsSync(program), existsSync(path.join(path.dirname(program), "admin"))]).toEqual([true, false]);
    await expect(builtAdmin(root, process.execPath)).rejects.toThrow("The admin was not built: ");
  });

  test("a server that could start does not wait for the admin's packages", async () => {
    const slow = path.join(folder, "slow-bun");
    write(slow, `#!/bin/sh\nif [ "$1" = install ]; then exec sleep 30; fi\nexec "${process.execPath}" "$@"\n`);
    chmodSync(slow, 0o755);
    write(path.join(root, "node_modules", "none"), "");
    const [program] = await compiledServer(root, slow, { patienceMs: 10 });
    expect(await output([program])).toBe("12");
  });

  test("a server that cannot be compiled runs from its sources", async () => {
    write(source, "import './missing.ts';");
    expect(await compiledServer(root, process.execPath)).toEqual([process.execPath, source]);
    expect(readdirSync(path.join(root, ".cache/server"))).toHaveLength(2);
  });

  test("so does one whose executable the system does not run, or that cannot be written", async () => {
    write(source, "console.log(123);");
    const compiler = path.join(folder, "compiler");
    // It makes a file that is no program, as a system sees one on a volume that forbids programs.
    write(compiler, '#!/bin/sh\nfor last; do :; done; touch "$(echo "$last" | cut -d= -f2)"\n');
    chmodSync(compiler, 0o755);
    expect(await compiledServer(root, compiler)).toEqual([compiler, source]);
    rmSync(path.join(root, ".cache"), { recursive: true });
    write(path.join(root, ".cache"), "no folder");
    expect(await compiledServer(root, process.execPath)).toEqual([process.execPath, source]);
  });
});

test("only a test run by hand gets the limit of tests", () => {
  expect(withTestLimit(["test", "./a.test.ts"])).toEqual(["test", `--timeout=${TEST_LIMIT_MS}`, "./a.test.ts"]);
  expect(withTestLimit(["add", "test"])).toEqual(["add", "test"]);
  expect(withTestLimit([])).toEqual([]);
});
