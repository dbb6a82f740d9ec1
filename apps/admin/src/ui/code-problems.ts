import { syntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";

/** What is wrong at one place of a JSON text. */
export interface CodeProblem {
  /** Keys and indexes from the outermost value: `["filter", 0, "name"]`. Empty: the whole. */
  path: readonly (string | number)[];
  message: string;
}

/** The part of a node of the syntax tree that is needed here. */
interface JsonNode {
  name: string;
  from: number;
  to: number;
  firstChild: JsonNode | null;
  nextSibling: JsonNode | null;
}

const isMark = (name: string): boolean => ["{", "}", "[", "]", ",", ":", "⚠"].includes(name);

function childrenOf(node: JsonNode): JsonNode[] {
  const found: JsonNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) if (!isMark(child.name)) found.push(child);
  return found;
}

/** Where in the text a value stands; what is nearest around it if the text has no such value. */
export function rangeOf(state: EditorState, path: CodeProblem["path"]): { from: number; to: number } {
  let node: JsonNode = syntaxTree(state).topNode;
  let value = childrenOf(node)[0];
  for (const step of path) {
    if (!value) break;
    node = value;
    const found: JsonNode | undefined =
      typeof step === "number"
        ? childrenOf(value)[step]
        : childrenOf(value).find((child) => keyOf(state, child) === step);
    value = found?.name === "Property" ? childrenOf(found)[1] : found;
    if (!value) return { from: node.from, to: node.to };
  }
  const place = value ?? node;
  return { from: place.from, to: place.to };
}

function keyOf(state: EditorState, property: JsonNode): string | undefined {
  const name = property.firstChild;
  if (name?.name !== "PropertyName") return undefined;
  try {
    const key: unknown = JSON.parse(state.sliceDoc(name.from, name.to));
    return typeof key === "string" ? key : undefined;
  } catch {
    return undefined;
  }
}
