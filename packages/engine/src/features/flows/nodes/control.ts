import type { Json, JsonObject } from "@plinth/core";
import { eventName, eventTimeout } from "../../../kernel/job-events.ts";
import * as z from "../../../kernel/zod.ts";
import { approvalNode } from "./approval.ts";
import type { NodeKind } from "./node-kind.ts";

const nodes = z.array(z.json()).max(100);
const expression = z.string().min(1).max(2000);

export const MOST_ROUNDS = 1000;
const MOST_BRANCHES = 20;

/** One way or the other. */
const condition: NodeKind = {
  shape: { if: expression, do: nodes.default([]), else: nodes.default([]) },
  expressions: ["if"],
  blocks: (node) => [listAt(node, "do"), listAt(node, "else")],
};

/** The first case whose value is that of the expression. */
const branch: NodeKind = {
  shape: {
    on: expression,
    cases: z
      .array(z.strictObject({ is: z.json().describe("A value, or a list of them"), do: nodes }))
      .min(1)
      .max(MOST_BRANCHES),
    else: nodes.default([]),
  },
  expressions: ["on"],
  blocks: (node) => [
    ...(node.cases as JsonObject[]).map((each, i) => ({ path: `cases.${i}.do`, nodes: each.do as Json[] })),
    listAt(node, "else"),
  ],
};

/** Once for each element of a list: one after the other, or several at a time. */
const loop: NodeKind = {
  shape: {
    in: expression,
    as: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, "must be a name such as line"),
    do: nodes.min(1),
    at_once: z.int().min(1).max(20).default(1),
    result: expression.optional().describe("Of each round, in the order of the list"),
  },
  expressions: ["in"],
  blocks: (node) => [{ ...listAt(node, "do"), names: [node.as as string, "index"] }],
};

/** All of its lists at the same time. */
const parallel: NodeKind = {
  shape: { branches: z.array(nodes.min(1)).min(2).max(MOST_BRANCHES) },
  blocks: (node) => (node.branches as Json[][]).map((list, i) => ({ path: `branches.${i}`, nodes: list })),
};

const LONGEST_WAIT = 366 * 86_400;

/** Nothing is held meanwhile. */
const wait: NodeKind = {
  shape: {
    seconds: z
      .union([z.number().min(0).max(LONGEST_WAIT), z.string().max(2000)])
      .optional()
      .describe("At most a year"),
    until: z.string().max(2000).optional().describe("A time in ISO 8601, within a year"),
  },
  templates: ["seconds", "until"],
  check: ({ seconds, until }) =>
    (seconds === undefined) === (until === undefined)
      ? { field: "seconds", problem: "send seconds or until" }
      : undefined,
};

/** Nothing is held meanwhile. */
const event: NodeKind = {
  shape: {
    event: eventName.describe("The name of the event, as `POST /api/events` stores it"),
    key: z.string().min(1).max(2000).optional().describe("Events with another key are not for it"),
    timeout: z
      .union([eventTimeout, z.string().max(2000)])
      .default(7 * 86_400)
      .describe("Seconds until it goes on without an event, at most a year"),
  },
  templates: ["key", "timeout"],
};

const listAt = (node: JsonObject, path: string) => ({ path, nodes: node[path] as Json[] });

/** Nodes that decide which others run, and when. */
export const CONTROL_KINDS = {
  ...{ condition, branch, loop, parallel, wait, event },
  approval: approvalNode,
} as const satisfies Record<string, NodeKind>;

export type ControlType = keyof typeof CONTROL_KINDS;
