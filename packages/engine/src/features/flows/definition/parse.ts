import { excerpt, expectedOneOf, invalid, isObject, type Json, type JsonObject } from "@plinth/core";
import { type Expressions, expressionsOf } from "../../../expressions/environment.ts";
import { expressionsIn } from "../../../expressions/template.ts";
import type { Engine } from "../../../kernel/engine.ts";
import * as z from "../../../kernel/zod.ts";
import { NODE_KINDS, NODE_TYPES } from "../nodes/index.ts";
import { type FlowNode, type NodeKind, nodeBase } from "../nodes/node-kind.ts";
import { type FlowPermissions, flowPermissionsSchema } from "../nodes/permissions.ts";
import { type FlowTrigger, flowTriggerSchema } from "./triggers.ts";

const MAX_BYTES = 64 * 1024;
const MAX_NODES = 200;
const DEEPEST = 6;
/** What every expression may name. */
export const BASE_NAMES = ["input", "steps", "errors", "trigger", "run", "now"] as const;

/** A flow, without its nodes. */
export const flowSchema = z.strictObject({
  description: z.string().max(1000).default(""),
  triggers: z
    .array(flowTriggerSchema)
    .max(20)
    .default([{ type: "manual" }]),
  permissions: flowPermissionsSchema.prefault({}),
  nodes: z.array(z.json()).min(1).max(100),
});

/** What is stored of a version, checked. */
export interface FlowDefinition {
  readonly description: string;
  readonly triggers: readonly FlowTrigger[];
  readonly permissions: FlowPermissions;
  readonly nodes: readonly FlowNode[];
}

/** Throws `VALIDATION` with the node and the part that is wrong. */
export async function parseFlow(
  engine: Engine,
  { nodes, ...flow }: z.output<typeof flowSchema>,
): Promise<FlowDefinition> {
  const bytes = new TextEncoder().encode(JSON.stringify({ ...flow, nodes })).length;
  if (bytes > MAX_BYTES)
    throw invalid("nodes", `a flow may take ${MAX_BYTES} bytes, and takes ${bytes}`, "LIMIT_EXCEEDED");
  const expressions = await expressionsOf(engine);
  const reader = new FlowReader(expressions, flow.permissions);
  const definition = { ...flow, nodes: reader.list(nodes as Json[], "nodes", BASE_NAMES, 0) };
  reader.requireKnownSteps();
  return definition;
}

interface UsedStep {
  readonly step: string;
  readonly path: string;
  readonly id: string;
}

class FlowReader {
  readonly #ids = new Set<string>();
  readonly #used: UsedStep[] = [];

  constructor(
    private readonly expressions: Expressions,
    private readonly permissions: FlowPermissions,
  ) {}

  list(nodes: readonly Json[], path: string, names: readonly string[], depth: number): FlowNode[] {
    if (depth > DEEPEST) throw invalid(path, `nodes may be nested ${DEEPEST} times`, "LIMIT_EXCEEDED");
    const read = nodes.map((node, i) => this.#node(node, `${path}.${i}`, names, depth));
    for (const [i, { id, on_error }] of read.entries()) {
      if (typeof on_error === "string") continue;
      const later = read.slice(i + 1).some((other) => other.id === on_error.goto);
      if (!later)
        throw wrong(`${path}.${i}.on_error.goto`, id, `no later node of this list is named ${excerpt(on_error.goto)}`);
    }
    return read;
  }

  /** Results of nodes that are not there would fail each run. */
  requireKnownSteps(): void {
    for (const { step, path, id } of this.#used) {
      if (!this.#ids.has(step)) throw wrong(path, id, `no node is named ${excerpt(step)}`);
    }
  }

  #node(given: Json, path: string, names: readonly string[], depth: number): FlowNode {
    if (!isObject(given)) throw invalid(path, "expected an object");
    const type = typeof given.type === "string" ? given.type : "";
    const kind = Object.hasOwn(NODE_KINDS, type) ? NODE_KINDS[type]! : undefined;
    const name = typeof given.id === "string" ? given.id : "";
    if (!kind) throw wrong(`${path}.type`, name, expectedOneOf(NODE_TYPES, given.type));
    const node = this.#parts(given, kind, path, name);
    const { id } = node as { readonly id: string };
    if (this.#ids.has(id)) throw wrong(`${path}.id`, id, "another node has this id");
    if (this.#ids.size >= MAX_NODES) throw invalid(path, `a flow may have ${MAX_NODES} nodes`, "LIMIT_EXCEEDED");
    this.#ids.add(id);
    const problem = kind.check?.(node) ?? kind.lacks?.(node, this.permissions);
    if (problem) throw wrong(`${path}.${problem.field}`, id, problem.problem);
    this.#checkTexts(node, kind, path, names);
    const blocks = kind.blocks?.(node) ?? [];
    const read = blocks.map((block) => {
      const inner = union(names, block.names);
      return [block.path, this.list(block.nodes, `${path}.${block.path}`, inner, depth + 1)] as const;
    });
    // Of each round of a loop.
    if (typeof node.result === "string")
      this.#checkExpression(node.result, `${path}.result`, id, union(names, blocks[0]?.names));
    return withBlocks(node, read);
  }

  #parts(given: JsonObject, { shape }: NodeKind, path: string, name: string): JsonObject {
    const parsed = z.strictObject({ ...nodeBase, ...shape }).safeParse(given);
    if (parsed.success) return parsed.data as JsonObject;
    const [issue] = parsed.error.issues;
    const field = issue!.code === "unrecognized_keys" ? (issue!.keys[0] ?? "") : issue!.path.join(".");
    const message = issue!.code === "unrecognized_keys" ? "is no part of this node" : issue!.message;
    throw wrong(field === "" ? path : `${path}.${field}`, name, message);
  }

  #checkTexts(
    node: JsonObject,
    { expressions = [], templates = [], secret = [] }: NodeKind,
    path: string,
    names: readonly string[],
  ): void {
    const id = node.id as string;
    for (const part of expressions) this.#checkExpression(node[part] as string, `${path}.${part}`, id, names);
    for (const part of templates) {
      const allowed = secret.includes(part) ? [...names, "secrets"] : names;
      for (const found of this.#expressionsIn(node[part] ?? null, `${path}.${part}`, id))
        this.#checkExpression(found.expression, found.path, id, allowed);
    }
  }

  #expressionsIn(template: Json, path: string, id: string) {
    try {
      return expressionsIn(template, path);
    } catch (error) {
      if (error instanceof SyntaxError) throw wrong(path, id, error.message);
      throw error;
    }
  }

  #checkExpression(text: string, path: string, id: string, names: readonly string[]): void {
    const problem = this.expressions.problemIn(text, names);
    if (problem !== undefined) throw wrong(path, id, problem);
    for (const step of this.expressions.membersOf(text, ["steps", "errors"])) this.#used.push({ step, path, id });
  }
}

/** The nodes of a list and those in them, each with its place in the flow. */
export function* nodesIn(
  nodes: readonly FlowNode[],
  path: string,
): Generator<{ readonly node: FlowNode; readonly path: string }> {
  for (const [i, node] of nodes.entries()) {
    const own = `${path}.${i}`;
    yield { node, path: own };
    const { type } = node;
    for (const block of NODE_KINDS[type]?.blocks?.(node as unknown as JsonObject) ?? [])
      yield* nodesIn(block.nodes as unknown as FlowNode[], `${own}.${block.path}`);
  }
}

/** A loop within another one names its own element. */
const union = (names: readonly string[], more: readonly string[] = []) => [...new Set([...names, ...more])];

/** The lists of a node, with their nodes as they were read. */
function withBlocks(node: JsonObject, blocks: readonly (readonly [string, FlowNode[]])[]): FlowNode {
  const copy = structuredClone(node) as Record<string, unknown>;
  for (const [path, nodes] of blocks) {
    const keys = path.split(".");
    const last = keys.pop()!;
    const holder = keys.reduce((part, key) => part[key] as Record<string, unknown>, copy);
    holder[last] = nodes;
  }
  return copy as unknown as FlowNode;
}

function wrong(path: string, id: string, problem: string) {
  return invalid(path, id === "" ? problem : `node ${excerpt(id)}: ${problem}`);
}
