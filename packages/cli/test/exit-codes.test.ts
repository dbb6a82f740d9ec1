import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "@plinth/core/testing";
import { serverForTests } from "./server.ts";

const { server, write } = serverForTests();
const PAGE = readFileSync(join(import.meta.dir, "../../../docs/cli.md"), "utf8");
const MAIN = join(import.meta.dir, "../src/main.ts");

/** What is written for each code, with the commands that end so. They run in this order. */
const CASES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  0: [
    ["version"],
    ["collections", "create", "--data", '{"slug": "codes", "fields": [{"name": "n", "type": "integer"}]}'],
    ["schema", "pull", "schema.json"],
    ["schema", "diff", "schema.json"],
    ["types", "--output", "schema.ts"],
    ["types", "--output", "schema.ts", "--check"],
    ["import", "good.csv", "--collection", "codes"],
    ["collections", "create", "--data", '{"slug": "others", "fields": [{"name": "n", "type": "integer"}]}'],
    ["schema", "pull", "newer.json"],
    ["collections", "delete", "others", "--confirm", "others"],
    ["collections", "delete-field", "codes", "n", "--confirm", "n"],
  ],
  1: [
    ["doctor", "--fail-on", "note"],
    ["schema", "diff", "newer.json"],
    ["types", "--output", "schema.ts", "--check"],
    ["import", "bad.csv", "--collection", "people"],
  ],
  2: [
    [],
    ["nothing"],
    ["items", "list", "nowhere"],
    ["users", "get", "nobody@example.com"],
    ["import", "none.csv", "--collection", "people"],
    ["items", "list", "people", "--url", "http://127.0.0.1:1"],
    ["schema", "push", "none.json"],
  ],
  130: [],
};

test("docs/cli.md lists these exit codes", () => {
  const table = /## Exit codes\n\n(?:\|.*\n)+/.exec(PAGE)![0];
  expect([...table.matchAll(/^\| (\d+) \|/gm)].map((match) => match[1]!)).toEqual(Object.keys(CASES));
});

test("each command ends with the code that its result has", async () => {
  await write("good.csv", "n\n1\n");
  await write("bad.csv", "age\n1\nold\n");
  const people = '{"slug": "people", "fields": [{"name": "age", "type": "integer"}]}';
  expect((await server.plinth("collections", "create", "--data", people)).code).toBe(0);
  for (const [code, commands] of Object.entries(CASES)) {
    for (const words of commands) {
      const result = await server.plinth(...words);
      expect([words.join(" "), result.code, result.err]).toEqual([words.join(" "), Number(code), expect.any(String)]);
    }
  }
});

test.skipIf(process.platform === "win32")(
  `Ctrl-C at a question ends with 130${process.platform === "win32" ? " — Windows has no such terminal" : ""}`,
  async () => {
    let shown = "";
    const child = Bun.spawn([process.execPath, MAIN, "login", "--url", server.url], {
      env: { PATH: process.env.PATH, XDG_CONFIG_HOME: server.folder },
      terminal: {
        data(_, bytes) {
          shown += new TextDecoder().decode(bytes);
        },
      },
    });
    await until(() => shown.includes("Email: "));
    child.terminal!.write("\u0003");
    expect(await child.exited).toBe(130);
  },
);
