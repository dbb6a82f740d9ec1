import { describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { optionsOf } from "../src/command.ts";
import { COMMANDS } from "../src/commands/table.ts";
import { usageLine } from "../src/parse.ts";
import { runHere } from "./in-process.ts";

const PAGE = join(import.meta.dir, "../../../docs/cli.md");

/** None of these asks a server. */
const plinth = (...words: string[]) => runHere(words);

/** Every command as it is written: `import`, `users list` … */
const ALL = Object.entries(COMMANDS).flatMap(([name, entry]) =>
  "actions" in entry
    ? Object.entries(entry.actions).map(([action, spec]) => [`${name} ${action}`, spec] as const)
    : [[name, entry] as const],
);

test("docs/cli.md lists every command", () => {
  const page = readFileSync(PAGE, "utf8");
  const rows = ALL.map(([name, spec]) => `| \`${usageLine(name, spec).replaceAll("|", "\\|")}\` | ${spec.summary} |\n`);
  const table = `| Command | What it does |\n| --- | --- |\n${rows.join("")}`;
  const expected = page.replace(/\| Command \| What it does \|\n(\|.*\n)+/, () => table);
  if (process.env.UPDATE_DOCS) writeFileSync(PAGE, expected);
  else expect(page === expected || "run the test with UPDATE_DOCS=1").toBe(true);
});

describe("help", () => {
  test("lists every command, and explains each with all its options", async () => {
    const overview = await plinth("help");
    expect([overview.code, overview.err]).toEqual([0, ""]);
    for (const name of Object.keys(COMMANDS)) expect(overview.out).toContain(`\n  ${name} `);
    for (const [name, spec] of ALL) {
      const help = await plinth("help", ...name.split(" "));
      expect([help.code, help.err, help.out.split("\n")[0]]).toEqual([0, "", `plinth ${name}: ${spec.summary}`]);
      const isOperators = spec.access === "operator";
      for (const option of Object.keys(optionsOf(spec)))
        expect([name, option, help.out.includes(`--${option}`)]).toEqual([
          name,
          option,
          !(isOperators && option === "key"),
        ]);
      expect((await plinth(...name.split(" "), "--help")).out).toBe(help.out);
    }
  });

  test("of a group lists its commands", async () => {
    const { out } = await plinth("users", "--help");
    expect(out).toContain("create EMAIL --name NAME  make an account for somebody");
    expect((await plinth("help", "users")).out).toBe(out);
  });
});

describe("what is misspelt gets the nearest name", () => {
  const cases: [string[], string][] = [
    [["imprt"], 'There is no command "imprt"; did you mean import? "plinth help" lists the commands.\n'],
    [["help", "exprot"], 'There is no command "exprot"; did you mean export?'],
    [["users", "craete"], 'There is no command "plinth users craete"; did you mean create?'],
    [["export", "--colection", "x"], "plinth export takes no --colection; did you mean --collection?"],
    [["users", "create", "a@example.com", "--naem", "A"], "plinth users create takes no --naem; did you mean --name?"],
    [["export", "--zzz"], 'plinth export takes no --zzz. "plinth help export" explains it.\n'],
    [["users", "list", "-x"], "plinth users list takes no -x"],
    [["export", "--collection"], "--collection needs a value: --collection NAME"],
    [["export", "--collection", "x", "--json=1"], "--json takes no value"],
    [["export", "--collection", "x", "--sort", "-n"], "Write a value that begins with a dash as --sort=-…"],
    [["export", "--collection", "--json"], "Write a value that begins with a dash as --collection=-…"],
    [["export", "--collection", "x", "y"], "Write plinth export --collection NAME"],
    [["keys", "create", "x", "--kind", "public"], "--kind must be one of publishable, secret, scoped"],
    [["users", "delete", "x"], "plinth users delete needs --items release|delete"],
  ];
  for (const [words, message] of cases) {
    test(words.join(" "), async () => {
      const { code, out, err } = await plinth(...words);
      expect([code, err]).toEqual([2, expect.stringContaining(message)]);
      if (!words.join(" ").includes("--json")) expect(out).toBe("");
    });
  }
});

test("with --json there is one document, of data or of an error", async () => {
  const done = await plinth("version", "--json");
  expect([done.code, JSON.parse(done.out)]).toEqual([
    0,
    { data: { version: expect.stringMatching(/^\d+\.\d+\.\d+$/) } },
  ]);
  const failed = await plinth("keys", "list", "--json", "--zzz");
  const message = "plinth keys list takes no --zzz";
  expect([failed.code, JSON.parse(failed.out)]).toEqual([2, { error: { code: "USAGE", message } }]);
  expect(failed.err).toContain(message);
  const unreachable = await plinth("users", "list", "--json", "--key", "k", "--url", "http://127.0.0.1:1");
  expect(JSON.parse(unreachable.out)).toMatchObject({ error: { code: "UNREACHABLE" } });
});

test("every command ends with 2 and the envelope when it is written wrongly", async () => {
  for (const [name] of ALL) {
    const { code, out } = await plinth(...name.split(" "), "--zzz", "--json");
    expect([name, code, JSON.parse(out)]).toEqual([name, 2, { error: { code: "USAGE", message: expect.any(String) } }]);
  }
});
