import { expect, test } from "bun:test";
import { readSource } from "./files.ts";
import { checkNames } from "./names.ts";

const problemsIn = (files: Record<string, string>) =>
  checkNames(Object.entries(files).map(([file, text]) => readSource(file, text))).map(({ message }) => message);

test.each([
  ["export interface Page {}", "export type Page = string;"],
  ["export const pageOf = 1;", "export async function pageOf() {}"],
  ["export class Group {}", "export abstract class Group {}"],
  ["export function* rows() {}", "export const enum rows {}"],
])("an exported name is declared in one file: %s and %s", (one, two) => {
  expect(problemsIn({ "packages/db/src/a.ts": one, "apps/server/src/b.ts": two })).toHaveLength(1);
});

test("a type that is not exported needs a name of its own, too", () => {
  for (const other of ["type A = 2;", "interface A {}", "class A {}", "abstract class A {}"]) {
    const files = { "packages/db/src/a.ts": "export type A = 1;", "packages/db/src/b.ts": other };
    expect([other, problemsIn(files).length]).toEqual([other, 1]);
  }
});

test("overloads, a type with its value, lists, imports and values that are not exported may repeat a name", () => {
  expect(problemsIn({ "packages/db/src/a.ts": "export type A = 1; export const A = 1;" })).toEqual([]);
  expect(
    problemsIn({
      "packages/db/src/a.ts": "export type A = 1;",
      "packages/db/src/index.ts": 'export { type A } from "./a.ts";',
    }),
  ).toEqual([]);
  for (const other of ["const A = 2;", 'import type A from "./a.ts";', "function f() { type A = 2; }"]) {
    const files = { "packages/db/src/a.ts": "export type A = 1;", "packages/db/src/b.ts": other };
    expect([other, ...problemsIn(files)]).toEqual([other]);
  }
});

test("tests, entries, field types and the client have names of their own", () => {
  const first = { "packages/db/src/a.ts": "export const json = 1;" };
  for (const file of [
    "packages/db/test/a.ts",
    "apps/server/src/entries/a.ts",
    "packages/core/src/fields/json.ts",
    "packages/client/src/a.ts",
  ]) {
    expect(problemsIn({ ...first, [file]: "export const json = 2;" })).toEqual([]);
  }
});
