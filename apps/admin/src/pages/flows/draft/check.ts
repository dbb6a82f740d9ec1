import type { CodeProblem } from "../../../ui/code-problems.ts";
import { COMMON_PARTS, specOf } from "./node-specs.ts";
import { getIn, isNode, lanesOf, type Path } from "./tree.ts";

/** Words for what is wrong with the text of a flow. */
export interface CheckWords {
  readonly expectedObject: string;
  readonly expectedList: string;
  readonly expectedNode: string;
  readonly expectedTrigger: string;
  readonly missing: string;
  readonly unknown: string;
  readonly taken: string;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What keeps a value from being drawn and edited as a flow. */
export function shapeProblems(value: unknown, words: CheckWords): readonly CodeProblem[] {
  if (!isObject(value)) return [{ path: [], message: words.expectedObject }];
  const { nodes, triggers = [], permissions = {} } = value;
  const found: CodeProblem[] = [];
  if (!isObject(permissions)) found.push({ path: ["permissions"], message: words.expectedObject });
  if (!Array.isArray(triggers)) found.push({ path: ["triggers"], message: words.expectedList });
  else
    for (const [i, trigger] of triggers.entries())
      if (!isObject(trigger) || typeof trigger.type !== "string")
        found.push({ path: ["triggers", i], message: words.expectedTrigger });
  return [...found, ...listProblems(nodes, ["nodes"], words)];
}

function listProblems(nodes: unknown, path: Path, words: CheckWords): CodeProblem[] {
  if (!Array.isArray(nodes)) return [{ path, message: words.expectedList }];
  return nodes.flatMap((node: unknown, i) => {
    const at = [...path, i];
    if (!isNode(node)) return [{ path: at, message: words.expectedNode }];
    return lanesOf(node).flatMap((lane) => {
      // A list that is not there is empty.
      const list = getIn(node, lane.path) ?? [];
      return listProblems(list, [...at, ...lane.path], words);
    });
  });
}

/** What the server would refuse as far as this page knows. Parts of types that it does not know are the server's to judge. */
export function partProblems(nodes: unknown, words: CheckWords): readonly CodeProblem[] {
  const ids = new Set<string>();
  const inList = (list: unknown, path: Path): CodeProblem[] =>
    Array.isArray(list) ? list.flatMap((node: unknown, i) => inNode(node, [...path, i])) : [];
  const inNode = (node: unknown, path: Path): CodeProblem[] => {
    if (!isNode(node)) return [];
    const found: CodeProblem[] = [];
    if (ids.has(node.id)) found.push({ path: [...path, "id"], message: words.taken });
    ids.add(node.id);
    const spec = specOf(node);
    if (spec) {
      const known = new Set<string>([...COMMON_PARTS, ...spec.parts.map(({ name }) => name), ...(spec.lists ?? [])]);
      for (const part of Object.keys(node))
        if (!known.has(part)) found.push({ path: [...path, part], message: words.unknown });
      for (const { name, required, when } of spec.parts)
        if (required && (when?.(node) ?? true) && (node[name] === undefined || node[name] === ""))
          found.push({ path, message: `${words.missing} ${name}` });
    }
    return [...found, ...lanesOf(node).flatMap((lane) => inList(lane.nodes, [...path, ...lane.path]))];
  };
  return inList(nodes, ["nodes"]);
}
