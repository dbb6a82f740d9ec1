import { isObject, type JsonObject } from "@plinth/core";
import { type FilterGroup, type FilterNode, newGroup, parseFilter } from "../tree.ts";
import type { TextContext } from "./context.ts";
import { type FilterProblem, ReadingStopped } from "./problem.ts";
import { readCondition } from "./read-condition.ts";
import { TokenReader } from "./token-reader.ts";

/** What a text is, as a filter. */
export type TextReading =
  | { readonly kind: "conditions"; readonly group: FilterGroup }
  /** `isMeant`: it looks like conditions, so the problem is worth saying; else it is just words. */
  | { readonly kind: "words"; readonly problem: FilterProblem; readonly isMeant: boolean };

/** As deep as the server takes filters. */
const MAX_DEPTH = 30;

/**
 * Reads conditions that are written as one line.
 *
 *     filter    = all *( "or" all )
 *     all       = part *( "and" part )
 *     part      = [ "not" ] "(" filter ")" / [ "not" ] condition / JSON
 *     condition = path operator [ value ]
 *
 * The words are read in any case. Operators are those of `operator-words.ts`, and the names of the API; `not` stands
 * before what does not hold. JSON is any filter of the API.
 *
 * @example
 * readText("genre = novel and (year > 1990 or year is null)", context);
 */
export function readText(text: string, context: TextContext): TextReading {
  const reader = new TokenReader(text);
  try {
    const node = readAny(reader, context, 0);
    if (reader.peek().kind !== "end") stopAtRest(reader, text);
    return { kind: "conditions", group: asGroup(node) };
  } catch (stopped) {
    if (!(stopped instanceof ReadingStopped)) throw stopped;
    return { kind: "words", problem: stopped.problem, isMeant: reader.isMeant };
  }
}

const asGroup = (node: FilterNode): FilterGroup =>
  node.kind === "group" && !node.negated ? node : newGroup("and", [node]);

function stopAtRest(reader: TokenReader, text: string): never {
  const { at, end, kind } = reader.peek();
  if (kind === "open-quote") reader.stop({ code: "quote_open" }, { kind: "join" });
  return reader.stop({ code: "join_missing", text: text.slice(at, end) }, { kind: "join" });
}

function readAny(reader: TokenReader, context: TextContext, depth: number): FilterNode {
  return readJoined(reader, "or", () => readJoined(reader, "and", () => readPart(reader, context, depth)));
}

function readJoined(reader: TokenReader, join: "and" | "or", read: () => FilterNode): FilterNode {
  const parts = [read()];
  while (reader.takeJoin(join)) parts.push(read());
  return parts.length === 1 ? parts[0]! : newGroup(join, parts);
}

function readPart(reader: TokenReader, context: TextContext, depth: number): FilterNode {
  if (depth > MAX_DEPTH) reader.stop({ code: "too_deep" }, { kind: "field" });
  if (reader.words(1)[0] === "not" && !reader.atSign(1)) {
    reader.next();
    return negated(readPart(reader, context, depth + 1));
  }
  if (reader.takeSymbol("(")) {
    const inner = readAny(reader, context, depth + 1);
    if (!reader.takeSymbol(")")) reader.stop({ code: "bracket_open" }, { kind: "join" });
    return inner;
  }
  return reader.peek().kind === "json" ? readFilterJson(reader) : readCondition(reader, context);
}

const negated = (node: FilterNode): FilterNode =>
  node.kind === "group" && !node.negated ? { ...node, negated: true } : { ...newGroup("and", [node]), negated: true };

function readFilterJson(reader: TokenReader): FilterNode {
  reader.isMeant = true;
  const token = reader.peek();
  const value = token.kind === "json" ? token.value : undefined;
  if (value === undefined || !isObject(value)) reader.stop({ code: "json_invalid" }, { kind: "field" });
  reader.next();
  const group = parseFilter(value as JsonObject);
  const [only] = group.children;
  return only && group.children.length === 1 ? only : group;
}
