import { expect, test } from "bun:test";
import { readSource } from "./files.ts";
import { checkWords } from "./words.ts";

const messages = (code: string, file = "packages/engine/src/a.ts") =>
  checkWords([readSource(file, code)], []).map(({ message }) => message);

test("an old name is refused wherever it is one, and named by the new one", () => {
  expect(messages("const a: Scope = b;")).toEqual(["Scope is called RequestContext now"]);
  expect(messages("this.#hub.close();")).toEqual(["hub is called broker now"]);
});

test("parts of names, texts and comments are no names", () => {
  expect(messages('const TableScope = "Scope"; // Scope')).toEqual([]);
});

test("a name may stay where it means something else", () => {
  expect(messages("new World()", "tests/contract/world.ts")).toEqual([]);
  expect(messages("new World()")).toHaveLength(1);
});

test("phrases are looked for in comments and pages", () => {
  expect(messages("// all is at rest\n")).toEqual(['"at rest": say idle']);
  const pages = [{ file: "docs/a.md", text: "one\nas often as it is come upon" }];
  expect(checkWords([], pages)).toMatchObject([{ file: "docs/a.md", line: 2 }]);
});
