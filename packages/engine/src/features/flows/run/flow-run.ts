import { excerpt, JobSuspended, type Json, type JsonObject } from "@plinth/core";
import { ExpressionFailure, type Expressions, type ExpressionVariables } from "../../../expressions/environment.ts";
import { type ExpressionBudget, expressionBudget } from "../../../expressions/meter.ts";
import { renderTemplate } from "../../../expressions/template.ts";
import { expressionTurns } from "../../../expressions/turns.ts";
import type { RequestContext } from "../../../kernel/engine.ts";
import { type JobContext, JobFailure, jobHandlers, type RunningJob } from "../../../kernel/jobs.ts";
import type { WithSpan } from "../../../runs/index.ts";
import type { FlowDefinition } from "../definition/parse.ts";
import { CONTROL_KINDS, type ControlType } from "../nodes/control.ts";
import { leafKind, NODE_KINDS } from "../nodes/index.ts";
import { type FlowNode, type LeafKind, type LeafRun, NodeFailure, type NodeKind } from "../nodes/node-kind.ts";
import { attemptNode } from "./attempt.ts";
import { controlNode } from "./control-node.ts";
import { stepsWithin } from "./function-steps.ts";
import type { FlowScope } from "./scope.ts";
import { attemptName, NodeFailed, type StepRecord } from "./step-record.ts";
import { writeOnce } from "./write-once.ts";

const UNKNOWN_PAUSE_SECONDS = 60;

export interface FlowRunOptions {
  readonly job: RunningJob;
  readonly context: JobContext;
  readonly definition: FlowDefinition;
  readonly expressions: Expressions;
  /** Values by the names of secrets. */
  readonly secrets: Readonly<Record<string, string>>;
  /** As whom it acts. One for each attempt at a node: what collections there are may change. */
  acting(): Promise<RequestContext>;
  /** Logs an attempt at a node. */
  readonly span: WithSpan;
}

/** One run of a flow: walks along its nodes. Each attempt at a node is a step of the job, whose result is kept. */
export class FlowRun {
  constructor(readonly options: FlowRunOptions) {}

  /** Runs nodes one after the other. Returns the result of the last one. `prefix`: the place of the list in the run. */
  async list(nodes: readonly FlowNode[], scope: FlowScope, prefix = ""): Promise<Json> {
    let last: Json = null;
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i]!;
      this.options.context.signal.throwIfAborted();
      try {
        last = await this.#node(node, scope, `${prefix}${node.id}`);
        scope.set(node.id, last);
      } catch (error) {
        const failed = failedBy(error, `${prefix}${node.id}`);
        const { on_error } = node;
        if (on_error === "stop") throw failed;
        const { message, code } = failed.error;
        scope.fail(node.id, { message, code });
        last = null;
        if (on_error !== "continue") i = nodes.findIndex(({ id }) => id === on_error.goto) - 1;
      }
    }
    return last;
  }

  /** Keeps a decision, so that every later attempt decides alike. */
  async decide(
    node: FlowNode,
    scope: FlowScope,
    path: string,
    work: (values: JsonObject) => Json | Promise<Json>,
    attempt = 1,
  ): Promise<Json> {
    return this.#tried(node, path, attempt, {
      input: () => this.#input(node, CONTROL_KINDS[node.type as ControlType], scope),
      work: async (values) => work(values),
    });
  }

  /** Keeps what a node has led to, as a step of these values. */
  keep(node: FlowNode, path: string, values: JsonObject, work: () => Promise<Json>): Promise<Json> {
    return this.#tried(node, path, 1, { input: async () => ({ values }), work });
  }

  evaluate(expression: string, scope: FlowScope): Promise<Json> {
    const { expressions, context } = this.options;
    return expressionTurns(context.engine)(() => {
      return expressions.evaluate(expression, scope.variables(this.#now()), expressionBudget());
    });
  }

  async #node(node: FlowNode, scope: FlowScope, path: string): Promise<Json> {
    if (!Object.hasOwn(NODE_KINDS, node.type)) return this.#leaveToNewer(path);
    const kind = leafKind(node.type);
    if (!kind) return controlNode(this, node, scope, path);
    const { attempts, seconds } = node.retry ?? { attempts: 1, seconds: 0 };
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#tried(node, path, attempt, {
          input: () => this.#input(node, kind, scope),
          work: async (values) => kind.run(values, this.#leafRun(await this.options.acting(), path)),
        });
      } catch (error) {
        if (!(error instanceof NodeFailed) || !error.error.retry || attempt >= attempts) throw error;
        const pause = `${attemptName(path, attempt)}.pause`;
        await this.options.context.step.sleep(pause, seconds * 2 ** (attempt - 1));
      }
    }
  }

  /** While servers are updated one after the other, one that is older than the flow leaves the run to the others. */
  async #leaveToNewer(path: string): Promise<never> {
    for (let n = 1; ; n++) await this.options.context.step.sleep(`${path}.unknown.${n}`, UNKNOWN_PAUSE_SECONDS);
  }

  async #tried(
    node: FlowNode,
    path: string,
    attempt: number,
    how: Pick<Parameters<typeof attemptNode>[0], "input" | "work">,
  ): Promise<Json> {
    const { step, signal } = this.options.context;
    const now = () => this.#now();
    const secrets = leafKind(node.type)?.secret ? Object.values(this.options.secrets) : [];
    const tried = await step.run(attemptName(path, attempt), async () => {
      const make = () => attemptNode({ node, attempt, signal, secrets, now, ...how });
      return (await this.#logged(path, { node, attempt }, make)) as unknown as JsonObject;
    });
    const { output = null, error } = tried as unknown as StepRecord;
    if (error) throw new NodeFailed(path, error);
    return output;
  }

  /** As a span, which has failed where the node has. */
  async #logged(
    path: string,
    { node, attempt }: { readonly node: FlowNode; readonly attempt: number },
    make: () => Promise<StepRecord>,
  ): Promise<StepRecord> {
    const about = { "flow.node": node.id, "flow.node.type": node.type, "flow.attempt": attempt };
    let record: StepRecord | undefined;
    const work = async (): Promise<StepRecord> => {
      record = await make();
      if (record.error) throw new NodeFailed(path, record.error);
      return record;
    };
    return this.options.span(path, about, work).catch((error: unknown) => {
      if (record) return record;
      throw error;
    });
  }

  /** The parts of a node with values in place of expressions, which have one budget. */
  #input(node: FlowNode, kind: NodeKind, scope: FlowScope) {
    return expressionTurns(this.options.context.engine)(() => this.#values(node, kind, scope));
  }

  #values(node: FlowNode, kind: NodeKind, scope: FlowScope) {
    const { expressions } = this.options;
    const budget = expressionBudget();
    const variables = scope.variables(this.#now());
    const values: JsonObject = {};
    for (const part of Object.keys(kind.shape)) {
      const given = node[part] as Json | undefined;
      if (given === undefined || isBlock(kind, part)) continue;
      if (kind.expressions?.includes(part)) values[part] = expressions.evaluate(given as string, variables, budget);
      else if (!kind.templates?.includes(part)) values[part] = given;
      else values[part] = this.#render(given, this.#mayNameSecrets(kind, part, variables), budget);
    }
    const { secret } = kind as LeafKind;
    return { values, ...(secret && { shown: withoutSecrets(values, secret) }) };
  }

  #mayNameSecrets({ secret }: NodeKind, part: string, variables: ExpressionVariables): ExpressionVariables {
    return secret?.includes(part) ? { ...variables, secrets: this.options.secrets } : variables;
  }

  #render(template: Json, variables: ExpressionVariables, budget: ExpressionBudget): Json {
    return renderTemplate(template, (text) => {
      try {
        return this.options.expressions.evaluate(text, variables, budget);
      } catch (error) {
        if (!("secrets" in variables && text.includes("secrets"))) throw error;
        throw new ExpressionFailure(`${excerpt(text)}: it fails. Why is not shown, as it names secrets.`);
      }
    });
  }

  #leafRun(ctx: RequestContext, path: string): LeafRun {
    const { job, context, definition } = this.options;
    const { engine, signal, step } = context;
    return {
      ...{ engine, ctx, signal, path, permissions: definition.permissions },
      once: (work) => writeOnce(ctx, { step, jobId: job.id, path }, work),
      runFunction: (name, payload) => this.#runFunction(name, payload, path),
    };
  }

  async #runFunction(name: string, payload: Json, path: string): Promise<Json> {
    const { job, context } = this.options;
    const handler = jobHandlers(context.engine).get("function");
    if (!handler) throw new NodeFailure("This server runs no functions.", "UNSUPPORTED_BY_HOST", false);
    try {
      const own = { ...context, step: stepsWithin(context.step, path) };
      return await handler.run({ ...job, name, payload }, own);
    } catch (error) {
      throw error instanceof JobFailure ? new NodeFailure(error.message, "FUNCTION_FAILED", error.retry) : error;
    }
  }

  #now(): number {
    return this.options.context.engine.clock.now();
  }
}

/** Throws what is no failure of a node. */
function failedBy(error: unknown, path: string): NodeFailed {
  if (error instanceof NodeFailed) return error;
  if (error instanceof JobSuspended || !(error instanceof NodeFailure)) throw error;
  const { message, code, retry } = error;
  return new NodeFailed(path, { message, code, retry });
}

/** Lists of nodes have values of their own. */
function isBlock(kind: NodeKind, part: string): boolean {
  return kind.blocks !== undefined && !kind.expressions?.includes(part) && !kind.templates?.includes(part);
}

function withoutSecrets(values: JsonObject, secret: readonly string[]): JsonObject {
  const hidden = (value: Json): Json =>
    typeof value === "object" && value !== null ? Object.fromEntries(Object.keys(value).map((key) => [key, "…"])) : "…";
  return Object.fromEntries(
    Object.entries(values).map(([part, value]) => [part, secret.includes(part) ? hidden(value) : value]),
  );
}
