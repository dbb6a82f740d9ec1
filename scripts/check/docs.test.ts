import { describe, expect, test } from "bun:test";
import { checkErrorPage, checkNamesTable, checkSettingsPage } from "./docs-catalogue.ts";
import { checkContents, checkLinks } from "./docs-links.ts";
import { type AccessTable, checkCallersTable, checkRoutesPage, WHO } from "./docs-routes.ts";
import { checkGenerated, checkInstallLine, checkSame, checkTraces } from "./docs-text.ts";

const TYPES = { heading: "Type", what: "field type" };
const messages = (problems: { message: string }[]) => problems.map((problem) => problem.message);

describe("catalogues", () => {
  const errors = { NOT_FOUND: { status: 404 }, GONE: { status: 410 } };

  test("a complete page passes", () => {
    expect(checkErrorPage("e.md", "| `NOT_FOUND` | 404 | x |\n| `GONE` | 410 | y |", errors)).toEqual([]);
  });

  test("a missing, a stale and a wrong row are distinguished", () => {
    expect(messages(checkErrorPage("e.md", "| `NOT_FOUND` | 400 | x |\n| `OLD` | 410 | y |", errors))).toEqual([
      "error code GONE has no row",
      "NOT_FOUND has status 404, which its row does not say",
      "error code OLD is documented but does not exist",
    ]);
  });

  test("a setting's row gives its default", () => {
    const settings = { PORT: { description: "port", default: "8787" }, APP_URL: { description: "address" } };
    expect(checkSettingsPage("c.md", "| `PORT` | port | `8787` |\n| `APP_URL` | address | |", settings)).toEqual([]);
    expect(messages(checkSettingsPage("c.md", "| `PORT` | port | `80` |", settings))).toEqual([
      "setting APP_URL has no row",
      "PORT is `8787` by default, which its row does not say",
    ]);
  });
});

describe("field types", () => {
  const page =
    "| Key |\n|---|\n| `values` |\n\n| Type | In JSON |\n|---|---|\n| `text` | text |\n| `blob` | |\n\n| `later` |";

  test("each has a row in their table, and no other table counts", () => {
    expect(checkNamesTable("c.md", page, TYPES, ["text", "blob"])).toEqual([]);
    expect(checkNamesTable("c.md", page, TYPES, ["text", "values"])).toEqual([
      { file: "c.md", message: "field type values has no row" },
      { file: "c.md", line: 8, message: "field type blob is documented but does not exist" },
    ]);
    expect(messages(checkNamesTable("c.md", "| `text` |", TYPES, ["text"]))).toEqual([
      "has no table with the column Type",
    ]);
  });
});

describe("links", () => {
  const pages = [
    { file: "README.md", text: "# Plinth\n[docs](docs/README.md#for-users)" },
    { file: "docs/README.md", text: "## For users!\n[a](a.md)" },
    {
      file: "docs/a.md",
      text: "[up](../README.md) [self](#deep)\n### Deep\n```\n[code](nowhere.md)\n```\n`[span](nowhere.md)`",
    },
  ];
  const exists = (file: string) => pages.some((page) => page.file === file) || file === "docs";

  test("good ones pass, code is left alone", () => {
    expect(checkLinks(pages, exists)).toEqual([]);
    expect(checkContents("docs/README.md", pages)).toEqual([]);
  });

  test.each([
    ["[x](missing.md)", "missing.md leads nowhere"],
    ["[x]: missing.md", "missing.md leads nowhere"],
    ['<img src="missing.png">', "missing.png leads nowhere"],
    ["[x](../../outside.md)", "../../outside.md leads out of the repository"],
    ["[x](README.md#nope)", "README.md#nope: docs/README.md has no heading #nope"],
  ])("%s is refused", (text, message) => {
    expect(messages(checkLinks([{ file: "docs/b.md", text }, ...pages], exists))).toEqual([message]);
  });

  test("other sites are not asked", () => {
    expect(
      checkLinks([{ file: "a.md", text: "[x](https://example.com/a) [y](mailto:a@example.com)" }], () => false),
    ).toEqual([]);
  });

  test("a page that nothing leads to is named", () => {
    expect(checkContents("docs/README.md", [...pages, { file: "docs/lost.md", text: "" }])).toEqual([
      { file: "docs/lost.md", message: "cannot be reached from docs/README.md" },
    ]);
  });
});

describe("routes", () => {
  const routes = [{ method: "get", path: "/api/me", summary: "Who you are", access: "caller" }] as const;
  const row = "| `GET /api/me` | Who you are | anyone, as far as the rules allow |";

  test("a page with each of them passes", () => {
    expect(checkRoutesPage("r.md", `| Route | What | Who |\n|---|---|---|\n${row}\n`, routes)).toEqual([]);
  });

  test("a missing row is given, a stale or wrong one is named", () => {
    expect(messages(checkRoutesPage("r.md", "text", routes))).toEqual([`this row is missing: ${row}`]);
    const stale = row.replace("caller", "x").replace("Who you are", "Who");
    expect(checkRoutesPage("r.md", `${row}\n${stale}`, routes)).toEqual([
      { file: "r.md", line: 2, message: `there is no such route: ${stale.slice(2, -2)}` },
    ]);
  });

  test("a row of the table of callers that says something else is missing", () => {
    const callers = { user: "any", operator: "server" };
    const accesses = Object.fromEntries(Object.keys(WHO).map((name) => [name, { callers }])) as AccessTable;
    const rows = Object.values(WHO).map((who) => `| ${who} | no | yes | no | owner of the server |`);
    expect(checkCallersTable("r.md", rows.join("\n"), accesses)).toEqual([]);
    const wrong = rows[0]!.replace("yes", "no");
    expect(messages(checkCallersTable("r.md", [wrong, ...rows.slice(1)].join("\n"), accesses))).toEqual([
      `this row is missing: ${rows[0]}`,
    ]);
  });
});

describe("texts", () => {
  test("traces of a machine or a registry are found", () => {
    for (const trace of [
      ["", "home", "ada", "x"],
      ["", "Users", "ada"],
      ["", "root", ".npm"],
      ["https:", "", "registry.example.org"],
    ]) {
      expect(checkTraces([{ file: "a.md", text: `first\nsee ${trace.join("/")}` }])).toMatchObject([
        { file: "a.md", line: 2 },
      ]);
    }
    for (const harmless of [
      ["https:", "", "example.com", "home", "page"],
      ["src", "work", "x.ts"],
    ]) {
      expect(checkTraces([{ file: "a.md", text: `see ${harmless.join("/")}` }])).toEqual([]);
    }
  });

  test("a generated file says so in its first line", () => {
    expect(checkGenerated([{ file: "docs/status.md", text: "# Status\ngenerated" }])).toHaveLength(1);
    expect(checkGenerated([{ file: "docs/status.md", text: "<!-- Generated by `bun run matrix`. -->\n" }])).toEqual([]);
    expect(checkGenerated([{ file: "docs/items.md", text: "# Items\n" }])).toEqual([]);
  });

  test("a generated page is what its command writes", () => {
    expect(checkSame("a.md", "one", "one")).toEqual([]);
    expect(checkSame("a.md", "one", "two")).toHaveLength(1);
  });

  test("CI and README install by the same line", () => {
    const ci = "(apt-get update && apt-get install -y wrk) || true";
    expect(checkInstallLine(ci, "```\napt-get update && apt-get install -y wrk\n```")).toEqual([]);
    expect(checkInstallLine(ci, "apt install wrk")).toHaveLength(1);
    expect(checkInstallLine("", "")).toHaveLength(1);
  });
});
