import { expect, test } from "bun:test";
import { CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { json } from "@codemirror/lang-json";
import { ensureSyntaxTree } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { type JsonCompletions, jsonCompletions } from "./code-completions.ts";

type Source = (context: CompletionContext) => CompletionResult | null;

/** What is offered at `|`. */
function offered(
  marked: string,
  completions: JsonCompletions,
): { readonly words: string[]; readonly over: string } | null {
  const pos = marked.indexOf("|");
  const doc = marked.replace("|", "");
  const state = EditorState.create({ doc, extensions: [json(), jsonCompletions(completions)] });
  // However slow the machine is.
  ensureSyntaxTree(state, doc.length, 60_000);
  const [source] = state.languageDataAt<Source>("autocomplete", pos);
  const found = source!(new CompletionContext(state, pos, true));
  return found && { words: found.options.map(({ label }) => label), over: doc.slice(found.from, found.to) };
}

const WORDS: JsonCompletions = {
  keysAt: (path, { type }) => [...path.map(String), "type", String(type)],
  textsAt: (path, key, { type }) => [path.join("."), key, String(type)],
};

test("keys are offered by the place of their object and what it has", () => {
  expect(offered('{"nodes": [{"type": "set", "va|"}]}', WORDS)).toEqual({ words: ["nodes", "0", "set"], over: "va" });
});

test("texts are offered by their key", () => {
  const at = offered('{"nodes": [{"id": "a"}, {"do": [{"type": "|"}]}]}', WORDS);
  expect(at).toEqual({ words: ["nodes.1.do.0", "type", ""], over: "" });
});

test("numbers and lists have nothing to offer", () => {
  expect(offered('{"a": 1|2}', WORDS)).toBeNull();
  expect(offered('{"a": ["|"]}', WORDS)).toBeNull();
});
