import type { FlowDraftContent, FlowNode } from "./content.ts";

export type Key = string | number;
/** Keys from the whole flow on, such as `["nodes", 0, "do", 1]`: those by which the server names what is wrong. */
export type Path = readonly Key[];

/** A list of nodes within a node, in the order in which it is read. */
export interface Lane {
  /** Below the node, such as `["cases", 0, "do"]`. */
  readonly path: Path;
  readonly nodes: readonly FlowNode[];
  /** Of a case: what the expression is then. */
  readonly is?: unknown;
}

export function getIn(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (part, key) => (typeof part === "object" && part !== null ? (part as Record<Key, unknown>)[key] : undefined),
    value,
  );
}

/** A copy with another value there; `undefined` takes the key away. */
export function setIn<T>(value: T, [key, ...rest]: Path, next: unknown): T {
  if (key === undefined) return next as T;
  if (Array.isArray(value)) return value.with(Number(key), setIn(value[Number(key)], rest, next)) as T;
  const { [key]: part, ...others } = (value ?? {}) as Record<Key, unknown>;
  const changed = setIn(part, rest, next);
  if (changed === undefined) return others as T;
  // At its place among the keys, so that what is deployed differs in nothing else.
  return { ...(value as object), [key]: changed } as T;
}

export function isNode(value: unknown): value is FlowNode {
  if (typeof value !== "object" || value === null) return false;
  const { id, type } = value as Partial<FlowNode>;
  return typeof id === "string" && typeof type === "string";
}

const listOf = (value: unknown): readonly FlowNode[] => (Array.isArray(value) ? value.filter(isNode) : []);

/** Types whose lists are known. Those of others are whatever looks like nodes. */
const LANES: Readonly<Record<string, (node: FlowNode) => Lane[]>> = {
  condition: (node) => ["do", "else"].map((key) => ({ path: [key], nodes: listOf(node[key]) })),
  branch: (node) => [
    ...(Array.isArray(node.cases) ? node.cases : []).map((each: unknown, i) => ({
      path: ["cases", i, "do"],
      nodes: listOf(getIn(each, ["do"])),
      is: getIn(each, ["is"]),
    })),
    { path: ["else"], nodes: listOf(node.else) },
  ],
  loop: (node) => [{ path: ["do"], nodes: listOf(node.do) }],
  parallel: (node) =>
    (Array.isArray(node.branches) ? node.branches : []).map((list, i) => ({
      path: ["branches", i],
      nodes: listOf(list),
    })),
};

/** Types that hold no nodes, whatever their values look like. */
const LEAVES: ReadonlySet<string> = new Set([
  "set",
  "wait",
  "item",
  "http",
  "mail",
  "function",
  "fail",
  "approval",
  "ai",
]);

export function lanesOf(node: FlowNode): readonly Lane[] {
  if (LEAVES.has(node.type)) return [];
  const known = Object.hasOwn(LANES, node.type) ? LANES[node.type] : undefined;
  if (known) return known(node);
  return Object.entries(node).flatMap(([key, value]) => lanesIn(value, [key]));
}

function lanesIn(value: unknown, path: Path): Lane[] {
  if (Array.isArray(value) && value.length > 0 && value.every(isNode)) return [{ path, nodes: value }];
  if (Array.isArray(value)) return value.flatMap((part, i) => lanesIn(part, [...path, i]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => lanesIn(part, [...path, key]));
}

export interface PlacedNode {
  readonly node: FlowNode;
  readonly path: Path;
}

/** All nodes from top to bottom. */
export function placedNodes(nodes: readonly FlowNode[], at: Path = ["nodes"]): readonly PlacedNode[] {
  return nodes.flatMap((node, i) => {
    const path = [...at, i];
    return [{ node, path }, ...lanesOf(node).flatMap((lane) => placedNodes(lane.nodes, [...path, ...lane.path]))];
  });
}

export function findNode({ nodes }: Pick<FlowDraftContent, "nodes">, id: string): PlacedNode | undefined {
  return placedNodes(nodes).find(({ node }) => node.id === id);
}

const listAt = (content: FlowDraftContent, path: Path) => (getIn(content, path) ?? []) as readonly FlowNode[];

export function insertNode(content: FlowDraftContent, list: Path, index: number, node: FlowNode): FlowDraftContent {
  return setIn(content, list, listAt(content, list).toSpliced(index, 0, node));
}

export function removeNode(content: FlowDraftContent, path: Path): FlowDraftContent {
  const list = path.slice(0, -1);
  return setIn(content, list, listAt(content, list).toSpliced(Number(path.at(-1)), 1));
}

/** Changes the places of a node and the one before (-1) or after it (1); undefined where there is none. */
export function moveNode(content: FlowDraftContent, path: Path, by: -1 | 1): FlowDraftContent | undefined {
  const list = path.slice(0, -1);
  const index = Number(path.at(-1));
  const nodes = listAt(content, list);
  const [node, other] = [nodes[index], nodes[index + by]];
  return node && other && setIn(content, list, nodes.with(index, other).with(index + by, node));
}

/** An id that no node has: `http`, `http_2`, … */
export function freeId(nodes: readonly FlowNode[], wanted: string): string {
  const taken = new Set(placedNodes(nodes).map(({ node }) => node.id));
  const base = wanted.replaceAll(/[^a-z0-9_]/g, "_").slice(0, 36);
  let id = base;
  for (let i = 2; taken.has(id); i++) id = `${base}_${i}`;
  return id;
}

/** A copy whose nodes have ids of their own. */
export function copyOf(content: FlowDraftContent, node: FlowNode): FlowNode {
  let copy = structuredClone(node);
  let all = content.nodes;
  for (const { node: each, path } of placedNodes([node], [])) {
    const id = freeId(all, each.id);
    copy = setIn(copy, [...path.slice(1), "id"], id);
    all = [...all, { id, type: each.type }];
  }
  return copy;
}

/** Another id for a node, also in the expressions that name it. */
export function renameNode(content: FlowDraftContent, path: Path, id: string): FlowDraftContent {
  const { id: old } = getIn(content, path) as FlowNode;
  const named = new RegExp(`\\b(steps|errors)(\\??\\.\\??)${old}\\b`, "g");
  const inText = (value: unknown, key?: string): unknown => {
    if (typeof value === "string") return key === "goto" && value === old ? id : value.replace(named, `$1$2${id}`);
    if (Array.isArray(value)) return value.map((part) => inText(part));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, inText(part, name)]));
  };
  const renamed = /^[a-z][a-z0-9_]*$/.test(old) ? (inText(content.nodes) as readonly FlowNode[]) : content.nodes;
  return setIn({ ...content, nodes: renamed }, [...path, "id"], id);
}

/** `nodes.0.do.1.url` as the path of a node, and the part of it; no node for what is outside of nodes. */
export function placeOf(content: unknown, field: string): { readonly node: Path | undefined; readonly part: string } {
  const keys = field.split(".").map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  for (let length = keys.length; length > 1; length--) {
    const path = keys.slice(0, length);
    if (typeof path.at(-1) === "number" && keys[0] === "nodes" && isNode(getIn(content, path)))
      return { node: path, part: keys.slice(length).join(".") };
  }
  return { node: undefined, part: field };
}

/** What expressions of a node may name: results of nodes before it, and elements of loops around it. */
export function namesFor({ nodes }: Pick<FlowDraftContent, "nodes">, path: Path): readonly string[] {
  const names = ["input"];
  let at: readonly FlowNode[] = nodes;
  let keys = path.slice(1);
  for (;;) {
    const index = Number(keys[0]);
    names.push(...at.slice(0, index).map(({ id }) => `steps.${id}`));
    const node = at[index];
    const lane = node && lanesOf(node).find((one) => one.path.every((key, i) => key === keys[i + 1]));
    if (!node || !lane || keys.length <= 1) break;
    if (node.type === "loop") names.push(String(node.as), "index");
    at = lane.nodes;
    keys = keys.slice(1 + lane.path.length);
  }
  return [...names, "trigger", "run", "now"];
}
