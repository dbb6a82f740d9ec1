import { excerptOf, isObject, type Json, type JsonObject } from "@plinth/core";
import { type ControlType, MOST_ROUNDS } from "../nodes/control.ts";
import { type FlowNode, NodeFailure } from "../nodes/node-kind.ts";
import { runApproval } from "./approval-node.ts";
import { runEvent } from "./event-node.ts";
import type { FlowRun } from "./flow-run.ts";
import { inRounds } from "./rounds.ts";
import type { FlowScope } from "./scope.ts";

const MAX_RESULTS = 128 * 1024;
const LONGEST_WAIT_MS = 366 * 86_400_000;

type RunControl = (run: FlowRun, node: FlowNode, scope: FlowScope, path: string) => Promise<Json>;

/** How nodes run that decide about others. */
const CONTROL: Readonly<Record<ControlType, RunControl>> = {
  async condition(run, node, scope, path) {
    const value = await run.decide(node, scope, path, ({ if: value }) => requireBoolean(value!));
    return run.list(nodesAt(node, value ? "do" : "else"), scope, prefixOf(path));
  },
  async branch(run, node, scope, path) {
    const cases = node.cases as readonly { readonly is: Json; readonly do: FlowNode[] }[];
    const chosen = await run.decide(node, scope, path, ({ on }) => cases.findIndex(({ is }) => fits(on!, is)));
    const found = cases[chosen as number];
    return run.list(found ? found.do : nodesAt(node, "else"), scope, prefixOf(path));
  },
  loop: runLoop,
  async parallel(run, node, scope, path) {
    const branches = node.branches as readonly FlowNode[][];
    await inRounds(branches.length, branches.length, async (i) => {
      await run.list(branches[i]!, scope, prefixOf(path));
    });
    return null;
  },
  async wait(run, node, scope, path) {
    const { clock } = run.options.context.engine;
    const until = await run.decide(node, scope, path, (values) => endOfWait(values, clock.now()));
    await run.options.context.step.sleepUntil(`${path}.end`, new Date(until as string));
    return until;
  },
  event: runEvent,
  approval: runApproval,
};

export function controlNode(run: FlowRun, node: FlowNode, scope: FlowScope, path: string): Promise<Json> {
  return CONTROL[node.type as keyof typeof CONTROL](run, node, scope, path);
}

async function runLoop(run: FlowRun, node: FlowNode, scope: FlowScope, path: string): Promise<Json> {
  const list = (await run.decide(node, scope, path, ({ in: list }) => requireList(list!))) as Json[];
  const results: Json[] = [];
  let bytes = 0;
  await inRounds(list.length, node.at_once as number, async (index) => {
    const round = scope.within({ [node.as as string]: list[index]!, index });
    await run.list(nodesAt(node, "do"), round, `${path}.${index}.`);
    if (typeof node.result !== "string") return;
    const result = await run.evaluate(node.result, round);
    bytes += JSON.stringify(result).length;
    if (bytes > MAX_RESULTS)
      throw new NodeFailure(`the results of a loop may take ${MAX_RESULTS} bytes`, "LIMIT_EXCEEDED", false);
    results[index] = result;
  });
  return { count: list.length, ...(node.result !== undefined && { results }) };
}

const nodesAt = (node: FlowNode, part: string) => node[part] as readonly FlowNode[];

/** Ids are unique in a flow: only rounds of a loop add to the place of a node. */
const prefixOf = (path: string): string => path.slice(0, path.lastIndexOf(".") + 1);

function requireBoolean(value: Json): boolean {
  if (typeof value === "boolean") return value;
  throw new NodeFailure(`if: expected true or false, got ${excerptOf(value)}`, "EXPRESSION", false);
}

function requireList(value: Json): Json[] {
  if (!Array.isArray(value)) throw new NodeFailure(`in: expected a list, got ${excerptOf(value)}`, "EXPRESSION", false);
  if (value.length <= MOST_ROUNDS) return value;
  const message = `in: a loop has at most ${MOST_ROUNDS} rounds, and the list has ${value.length} elements`;
  throw new NodeFailure(message, "LIMIT_EXCEEDED", false);
}

function fits(value: Json, is: Json): boolean {
  const values = Array.isArray(is) ? is : [is];
  const json = JSON.stringify(value);
  return values.some((each) => each === value || (isObject(each) && JSON.stringify(each) === json));
}

function endOfWait({ seconds, until }: JsonObject, now: number): Json {
  const end = until === undefined ? now + Number(seconds) * 1000 : Date.parse(String(until));
  const field = until === undefined ? "seconds" : "until";
  if (!Number.isFinite(end))
    throw new NodeFailure(`${field}: expected a time, got ${excerptOf(until ?? seconds)}`, "EXPRESSION", false);
  if (end <= now + LONGEST_WAIT_MS) return new Date(end).toISOString();
  throw new NodeFailure(`${field}: a flow waits for a year at most`, "LIMIT_EXCEEDED", false);
}
