import { expect, test } from "bun:test";
import { json } from "@codemirror/lang-json";
import { ensureSyntaxTree } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { rangeOf } from "./code-problems.ts";

test("a problem is marked at its value, or at what is nearest around it", () => {
  const state = EditorState.create({ doc: '{"a": [1, {"b\\u0020c": "x"}], "d": null}', extensions: json() });
  ensureSyntaxTree(state, state.doc.length, 5000);
  const at = (...path: (string | number)[]) => {
    const { from, to } = rangeOf(state, path);
    return state.sliceDoc(from, to);
  };
  expect(at("a", 0)).toBe("1");
  expect(at("a", 1, "b c")).toBe('"x"');
  expect(at("d")).toBe("null");
  expect(at("a", 7)).toBe('[1, {"b\\u0020c": "x"}]');
  expect(at()).toBe(state.doc.toString());
});
