import { expect, test } from "bun:test";
import { readChecks, readJunit, readMatrix } from "./tally.ts";

const XML = `<?xml version="1.0"?>
<testsuites tests="4"><testsuite name="a/x.test.ts" file="a/x.test.ts">
  <testcase name="passes" classname="" time="0" file="a/x.test.ts" line="1" assertions="0" />
  <testcase name="breaks &lt;x&gt;" classname="group" file="a/x.test.ts"><failure type="AssertionError" message="no">no</failure></testcase>
  <testcase name="needs it — no Postgres &amp; no network" classname="group" file="a/x.test.ts"><skipped /></testcase>
  <testcase name="bare" classname="" file="a/x.test.ts"><skipped /></testcase>
  <testcase name="within" classname="group — no Deno" file="a/x.test.ts"><skipped /></testcase>
  <testcase name="later" classname="" file="a/x.test.ts"><skipped message="TODO" /></testcase>
  <testcase name="wakes others [skipped: this bus stays in its process]" classname="" file="a/x.test.ts" />
</testsuite></testsuites>`;

test("JUnit: passes, failures and skips with their reasons", () => {
  expect(readJunit(XML, ["a/x.test.ts"])).toEqual({
    passed: 1,
    failures: ["a/x.test.ts: group > breaks <x>"],
    skips: [
      { name: "a/x.test.ts: group > needs it", reason: "no Postgres & no network" },
      { name: "a/x.test.ts: bare", reason: "no reason given" },
      { name: "a/x.test.ts: group — no Deno > within", reason: "no Deno" },
      { name: "a/x.test.ts: later", reason: "TODO" },
      {
        name: "a/x.test.ts: wakes others",
        reason: "this bus stays in its process",
      },
    ],
  });
});

test("JUnit: a file that broke before its first test has failed", () => {
  expect(readJunit(XML, ["a/x.test.ts", "a/y.test.ts"]).failures).toContain("a/y.test.ts: ran no tests");
});

test("matrix and checks are summed", () => {
  const rows = [
    { target: "bun × sqlite", passed: 3, failures: [], skipped: [{ name: "s", reason: "r" }] },
    { target: "node × pglite", passed: 2, failures: ["a", "b: c"], skipped: [] },
  ];
  const tally = readMatrix(rows);
  expect(tally.passed).toBe(5);
  expect(tally.failures).toEqual(["node × pglite: a", "node × pglite: b: c"]);
  expect(tally.skips).toEqual([{ name: "bun × sqlite: s", reason: "r" }]);
  expect(
    readChecks([
      { name: "types", passed: true },
      { name: "docs", passed: false },
    ]),
  ).toEqual({
    passed: 1,
    failures: ["docs"],
    skips: [],
  });
});
