import { expect, test } from "bun:test";
import { readDocument } from "./document.ts";

test("a document's numbers are refused where a double would change them", () => {
  expect(readDocument('{"id": 750727362669608961}').problems.document).toContain("750727362669608961");
  expect(readDocument('{"id": "750727362669608961", "n": 1.50}')).toEqual({
    values: { id: "750727362669608961", n: 1.5 },
    problems: {},
  });
  expect(Object.keys(readDocument("[1]").problems)).toEqual(["document"]);
  expect(Object.keys(readDocument("{").problems)).toEqual(["document"]);
});
