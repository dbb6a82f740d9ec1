import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { jsonLanguage } from "@codemirror/lang-json";
import { ensureSyntaxTree, syntaxTree } from "@codemirror/language";
import type { EditorState, Extension } from "@codemirror/state";
import type { CodeProblem } from "./code-problems.ts";

/** What is offered while somebody types JSON, by the place of an object and what it has so far. */
export interface JsonCompletions {
  keysAt: (path: CodeProblem["path"], value: Readonly<Record<string, unknown>>) => readonly string[];
  /** Texts that the value of a key may be. */
  textsAt: (path: CodeProblem["path"], key: string, value: Readonly<Record<string, unknown>>) => readonly string[];
}

interface JsonNode {
  name: string;
  from: number;
  to: number;
  parent: JsonNode | null;
  firstChild: JsonNode | null;
  nextSibling: JsonNode | null;
}

/** Milliseconds for what is not parsed yet. */
const MOST_PARSING = 50;

export function jsonCompletions(completions: JsonCompletions): Extension {
  return jsonLanguage.data.of({ autocomplete: (context: CompletionContext) => offeredAt(context, completions) });
}

function offeredAt({ state, pos }: CompletionContext, { keysAt, textsAt }: JsonCompletions): CompletionResult | null {
  const tree = ensureSyntaxTree(state, state.doc.length, MOST_PARSING) ?? syntaxTree(state);
  const text: JsonNode = tree.resolveInner(pos, -1);
  const property = text.parent;
  const object = property?.name === "Property" ? property.parent : null;
  if (!property || object?.name !== "Object" || !["PropertyName", "String"].includes(text.name)) return null;
  const { path, value } = placeOf(state, object);
  const isKey = text.name === "PropertyName";
  const key = textIn(state, property.firstChild);
  const taken = new Set(Object.keys(value));
  const words = isKey
    ? keysAt(path, value).filter((word) => word === key || !taken.has(word))
    : textsAt(path, key ?? "", value);
  if (words.length === 0) return null;
  const options = words.map((label): Completion => ({ label, type: isKey ? "property" : "constant" }));
  // Between the quotes.
  const isClosed = text.to > text.from + 1 && state.sliceDoc(text.to - 1, text.to) === '"';
  return { from: text.from + 1, to: isClosed ? text.to - 1 : text.to, options, validFor: /^[\w-]*$/ };
}

/** Where an object stands, and its keys with texts. */
function placeOf(state: EditorState, object: JsonNode) {
  const path: (string | number)[] = [];
  for (let node = object; node.parent; node = node.parent) {
    if (node.parent.name === "Property") path.unshift(textIn(state, node.parent.firstChild) ?? "");
    if (node.parent.name === "Array") path.unshift(valuesIn(node.parent).findIndex(({ from }) => from === node.from));
  }
  const pairs = valuesIn(object).map((property) => {
    const [name, value] = valuesIn(property);
    return [textIn(state, name) ?? "", textIn(state, value)] as const;
  });
  return { path, value: Object.fromEntries(pairs) };
}

function valuesIn(node: JsonNode): JsonNode[] {
  const found: JsonNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) if (/^[A-Z]/.test(child.name)) found.push(child);
  return found;
}

function textIn(state: EditorState, node: JsonNode | null | undefined): string | undefined {
  if (!node || !["PropertyName", "String"].includes(node.name)) return undefined;
  try {
    return String(JSON.parse(state.sliceDoc(node.from, node.to)));
  } catch {
    return undefined;
  }
}
