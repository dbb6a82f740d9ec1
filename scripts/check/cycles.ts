// Cycles: none between packages, none between the folders of one package, and between files none that exists at run
// time.
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
 * The folders directly below `src/` are a package's parts: they depend on each other in one direction, types included.
 */
export function folderCycles(sources: readonly Source[]): Problem[] {
  const graphs = new Map<string, Graph>();
  for (const { file, imports } of sources) {
    const [layer, root] = folderOf(file);
    if (layer === undefined || TEST_FILE.test(file)) continue;
    const graph = graphs.get(root!) ?? new Map();
    graphs.set(root!, graph);
    const targets = graph.get(layer) ?? new Set();
    graph.set(layer, targets);
    for (const { specifier } of imports.filter((item) => isRelative(item.specifier))) {
      const [target] = folderOf(path.posix.join(path.posix.dirname(file), specifier));
      if (target !== undefined && target !== layer) targets.add(target);
    }
  }
  return [...graphs.values()].flatMap(cyclesIn).map((cycle) => ({
    file: cycle[0]!,
    message: `folders depend on each other: ${around(cycle)}`,
  }));
}

/** `packages/engine/src/read/a.ts` → its folder `packages/engine/src/read`, and the package's `packages/engine/src`. */
function folderOf(file: string): [folder?: string, root?: string] {
  const match = /^((?:apps|packages)\/[^/]+\/src)\/[^/]+(?=\/)/.exec(file);
  return match ? [match[0], match[1]!] : [];
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
