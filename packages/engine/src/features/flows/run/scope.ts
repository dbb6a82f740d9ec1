import type { Json, JsonObject } from "@plinth/core";
import type { ExpressionVariables } from "../../../expressions/environment.ts";
import { expressionValue } from "../../../expressions/expression-value.ts";
import { NodeFailure } from "../nodes/node-kind.ts";

/** Bytes of JSON that the results of one scope, with those around it, may take. */
const MOST_BYTES = 4 * 1024 ** 2;

/** What the expressions of a list of nodes may name: results of nodes before, and the element of a loop. */
export class FlowScope {
  #bytes = 0;

  private constructor(
    private readonly base: ExpressionVariables,
    private readonly steps: Record<string, Json>,
    private readonly errors: Record<string, Json>,
    private readonly around?: FlowScope,
  ) {}

  static of(base: JsonObject): FlowScope {
    return new FlowScope(expressionValue(base) as JsonObject, Object.create(null), Object.create(null));
  }

  /** For one round of a loop: its nodes' results end with it. */
  within(names: JsonObject): FlowScope {
    const base = { ...this.base, ...(expressionValue(names) as JsonObject) };
    return new FlowScope(base, plainCopy(this.steps), plainCopy(this.errors), this);
  }

  set(id: string, output: Json): void {
    this.steps[id] = expressionValue(output);
    this.#bytes += JSON.stringify(output).length;
    if (this.#held() > MOST_BYTES)
      throw new NodeFailure(`the results of a run may take ${MOST_BYTES} bytes together`, "LIMIT_EXCEEDED", false);
  }

  fail(id: string, error: JsonObject): void {
    this.steps[id] = null;
    this.errors[id] = expressionValue(error);
  }

  variables(now: number): ExpressionVariables {
    return { ...this.base, steps: this.steps, errors: this.errors, now: new Date(now) };
  }

  #held(): number {
    return this.#bytes + (this.around ? this.around.#held() : 0);
  }
}

const plainCopy = (values: Readonly<Record<string, Json>>): Record<string, Json> =>
  Object.assign(Object.create(null) as Record<string, Json>, values);
