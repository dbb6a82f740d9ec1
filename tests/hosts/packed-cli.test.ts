import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildCli } from "../../scripts/build/cli.ts";
import { findNode } from "../matrix/programs.ts";

/** The package as it would be published, installed in a folder that knows nothing of this repository. */

const node24 = findNode();
const own = Bun.which("node") ?? undefined;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-packed-"));
  await mkdir(join(folder, "project"));
  await buildCli(join(folder, "package"));
  await writeFile(join(folder, "project/package.json"), '{ "private": true }');
  await program(["npm", "pack", "--silent", "--pack-destination", folder], "package");
  const [tarball] = (await readdir(folder)).filter((name) => name.endsWith(".tgz"));
  await program(["npm", "install", "--offline", "--no-audit", "--no-fund", `../${tarball}`], "project");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function start(command: readonly string[], cwd = "project"): Bun.Subprocess<"ignore", "pipe", "pipe"> {
  return Bun.spawn([...command], {
    cwd: join(folder, cwd),
    env: { PATH: process.env.PATH, HOME: folder, LOG_LEVEL: "error" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
}

async function program(command: readonly string[], cwd = "project") {
  const child = start(command, cwd);
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { code: await child.exited, out, err };
}

const runtimes: [name: string, command: string[] | undefined][] = [
  ["the machine's own Node", own ? [own] : undefined],
  ["Node 24", node24 ? [node24] : undefined],
  ["Bun", [process.execPath]],
];
const PLINTH = "node_modules/.bin/plinth";

for (const [name, command] of runtimes) {
  test.skipIf(!command)(`runs on ${name}${command ? "" : " — not installed"}`, async () => {
    const version = await program([...command!, PLINTH, "version"]);
    expect(version).toEqual({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), err: "" });
    const unreachable = await program([
      ...command!,
      PLINTH,
      "import",
      "package.json",
      "--collection",
      "x",
      "--url",
      "http://127.0.0.1:1",
    ]);
    expect([unreachable.code, unreachable.err]).toEqual([2, expect.stringContaining("Cannot reach Plinth")]);
  });
}

for (const [name, command] of runtimes.slice(1)) {
  test.skipIf(!command)(`starts the server on ${name}${command ? "" : " — not installed"}`, async () => {
    await writeFile(join(folder, "project/.env"), "APP_URL=http://app.test\nDATA_DIR=never\n");
    const data = join(folder, "data", name);
    const child = start([...command!, PLINTH, "start", "--port", "0", "--data", data]);
    let out = "";
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
      out += chunk;
      if (out.includes("becomes the operator:")) break;
    }
    expect(out).toContain("http://app.test");
    const [, url] = /address\s+(\S+)/.exec(out)!;
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect(await (await fetch(`${url}/admin/t/default`)).text()).toContain('<div id="root">');
    child.kill("SIGTERM");
    expect(await child.exited).toBe(0);
    expect(await readdir(data)).toContain("plinth.db");
  });
}
