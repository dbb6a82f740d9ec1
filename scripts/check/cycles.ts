// Cycles: none between packages, none between a folder and what lies beside it, at any depth, and between files none that
// exists at run time.
import path from "node:path";
import type { Manifest, Source } from "./files.ts";
import { isRelative, packageOf } from "./imports.ts";
import type { Problem } from "./problem.ts";
import { TEST_FILE } from "./rules.ts";

type Graph = Map<string, Set<string>>;

/**
 * Types may refer to each other in a cycle, and a dynamic import runs after both files are loaded: only static imports
 * count.
 */
export function fileCycles(sources: readonly Source[]): Problem[] {
  const graph: Graph = new Map();
  for (const { file, imports } of sources) {
    const targets = imports
      .filter((item) => item.kind === "static" && isRelative(item.specifier))
      .map((item) => path.posix.join(path.posix.dirname(file), item.specifier));
    graph.set(file, new Set(targets));
  }
  return cyclesIn(graph).map((cycle) => ({ file: cycle[0]!, message: `imports itself: ${around(cycle)}` }));
}

/**
 * A folder of a package is a part of it, however deep it lies: it depends in one direction on the folders and files
 * beside it, types included. Between two files, types may go round.
 */
export function folderCycles(sources: readonly Source[]): Problem[] {
  const graphs = new Map<string, Graph>();
  for (const { file, imports } of sources) {
    if (!IN_PACKAGE.test(file) || TEST_FILE.test(file)) continue;
    for (const { specifier } of imports.filter((item) => isRelative(item.specifier))) {
      const [parent, from, to] = whereTheyPart(file, path.posix.join(path.posix.dirname(file), specifier));
      const graph = graphs.get(parent) ?? new Map<string, Set<string>>();
      graphs.set(parent, graph.set(from, (graph.get(from) ?? new Set()).add(to)));
      if (!graph.has(to)) graph.set(to, new Set());
    }
  }
  return [...graphs].flatMap(([, graph]) =>
    cyclesIn(graph)
      .filter((cycle) => cycle.some((part) => !isFile(part)))
      .map((cycle) => ({ file: cycle[0]!, message: `folders depend on each other: ${around(cycle)}` })),
  );
}

const IN_PACKAGE = /^(?:apps|packages)\/[^/]+\/src\//;
const isFile = (part: string): boolean => /\.[cm]?[jt]sx?$/.test(part);

/** The nearest folder that holds both files, and what of it leads to each: a folder, or the file itself. */
function whereTheyPart(file: string, other: string): [parent: string, one: string, other: string] {
  const [a, b] = [file.split("/"), other.split("/")];
  const shared = a.findIndex((name, i) => name !== b[i]);
  const upTo = (names: readonly string[]) => names.slice(0, shared + 1).join("/");
  return [a.slice(0, shared).join("/"), upTo(a), upTo(b)];
}

export function packageCycles(sources: readonly Source[], manifests: readonly Manifest[]): Problem[] {
  const graph: Graph = new Map(manifests.map((manifest) => [manifest.name, new Set<string>()]));
  for (const manifest of manifests) {
    const own = sources.filter((source) => manifest.folder !== "" && source.file.startsWith(manifest.folder));
    const names = own
      .filter((source) => !TEST_FILE.test(source.file))
      .flatMap((source) => source.imports.map((item) => packageOf(item.specifier)));
    for (const name of [...names, ...manifest.dependencies]) {
      if (graph.has(name) && name !== manifest.name) graph.get(manifest.name)!.add(name);
    }
  }
  return cyclesIn(graph).map((cycle) => ({
    file: `${manifests.find((manifest) => manifest.name === cycle[0])!.folder}package.json`,
    message: `packages depend on each other: ${around(cycle)}`,
  }));
}

function around(cycle: readonly string[]): string {
  return [...cycle, cycle[0]].join(" → ");
}

/** One shortest cycle for each strongly connected component of the graph (Tarjan). */
export function cyclesIn(graph: Graph): string[][] {
  const cycles: string[][] = [];
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const visit = (node: string) => {
    order.set(node, order.size);
    low.set(node, order.get(node)!);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!graph.has(next)) continue;
      if (!order.has(next)) visit(next);
      if (stack.includes(next)) low.set(node, Math.min(low.get(node)!, low.get(next)!));
    }
    if (low.get(node) !== order.get(node)) return;
    const knot = stack.splice(stack.indexOf(node));
    if (knot.length > 1 || graph.get(node)?.has(node)) cycles.push(cyclePath(graph, node, new Set(knot)));
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return cycles;
}

function cyclePath(graph: Graph, start: string, knot: ReadonlySet<string>): string[] {
  const paths: string[][] = [[start]];
  const seen = new Set<string>();
  for (const route of paths) {
    for (const next of graph.get(route.at(-1)!) ?? []) {
      if (next === start) return route;
      if (!knot.has(next) || seen.has(next)) continue;
      seen.add(next);
      paths.push([...route, next]);
    }
  }
  return [start];
}
