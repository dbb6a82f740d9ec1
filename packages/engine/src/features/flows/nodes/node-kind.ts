import type { Json, JsonObject } from "@plinth/core";
import type { Engine, RequestContext } from "../../../kernel/engine.ts";
import * as z from "../../../kernel/zod.ts";
import type { FlowPermissions } from "./permissions.ts";

/** What every node has, whatever it does. */
export const nodeBase = {
  id: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,39}$/, "must begin with a-z and have only a-z, 0-9 and _, at most 40 characters"),
  type: z.string(),
  title: z.string().max(200).optional().describe("For whoever reads the flow"),
  retry: z
    .strictObject({
      attempts: z.int().min(1).max(10).describe("All of them together"),
      seconds: z.int().min(1).max(86_400).default(10).describe("Before the second one, then twice as long each time"),
    })
    .optional()
    .describe("When it fails. Without it there is one attempt"),
  on_error: z
    .union([z.enum(["stop", "continue"]), z.strictObject({ goto: z.string().max(40) })])
    .default("stop")
    .describe(
      "When the last attempt has failed: the run fails, goes on, or goes on with a later node of the same list",
    ),
};

export type NodeBase = z.output<z.ZodObject<typeof nodeBase>>;

/** A node of a checked definition, with the parts of its kind. */
export type FlowNode = NodeBase & { readonly [part: string]: unknown };

/** A list of nodes within a node. `names`: what their expressions may name beside what those around them may. */
export interface NodeBlock {
  readonly path: string;
  readonly nodes: readonly Json[];
  readonly names?: readonly string[];
}

/** What a node works with. */
export interface LeafRun {
  readonly engine: Engine;
  /** As whom the flow acts, limited to what it declares. */
  readonly ctx: RequestContext;
  readonly permissions: FlowPermissions;
  readonly signal: AbortSignal;
  /** The place of the node in the run, such as `each.3.mail`. */
  readonly path: string;
  /** What a function that runs as this node has for its own job. */
  readonly runFunction: (name: string, payload: Json) => Promise<Json>;
  /**
   * Writes once, however often the node is tried again after the death of a server: the work gets a context whose writes are
   * recorded together with what they change.
   */
  once(work: (ctx: RequestContext) => Promise<Json>): Promise<Json>;
}

/** What is wrong with a part of a node, as the end of a sentence about it. */
export interface NodeProblem {
  readonly field: string;
  readonly problem: string;
}

/** A kind of nodes. */
export interface NodeKind {
  /** Its parts, beside those that every node has. */
  readonly shape: z.ZodRawShape;
  /** Parts that are one expression each. */
  readonly expressions?: readonly string[];
  /** Parts with expressions between double braces. */
  readonly templates?: readonly string[];
  /** Those of its templates that may name secrets. The log of the run does not show them. */
  readonly secret?: readonly string[];
  /** What does not fit together. */
  check?(node: JsonObject): NodeProblem | undefined;
  /** What the definition does not declare. */
  lacks?(node: JsonObject, permissions: FlowPermissions): NodeProblem | undefined;
  /** The lists of nodes in it. */
  blocks?(node: JsonObject): readonly NodeBlock[];
}

/** A kind of nodes that does something and has a result. */
export interface LeafKind extends NodeKind {
  /** `input` has the parts of the node with values in place of expressions. */
  run(input: JsonObject, run: LeafRun): Promise<Json>;
}

/** Why a node has failed, in words for the administrators of the workspace. */
export class NodeFailure extends Error {
  override readonly name = "NodeFailure";
  constructor(
    message: string,
    readonly code: string = "FAILED",
    /** False: another attempt would fail as well. */
    readonly retry = true,
  ) {
    super(message);
  }
}

/** The parts of a node with their values, which must now be what its kind needs. */
export function partsAs<S extends z.ZodType>(schema: S, input: JsonObject): z.output<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw new NodeFailure(`${path.join(".")}: ${message}`, "VALIDATION", false);
}
