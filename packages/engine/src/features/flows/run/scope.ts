import type { Json, JsonObject } from "@plinth/core";
import type { ExpressionVariables } from "../expressions/environment.ts";
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

  static of(base: ExpressionVariables): FlowScope {
    return new FlowScope(base, {}, {});
  }

  /** For one round of a loop: its nodes' results end with it. */
  within(names: JsonObject): FlowScope {
    return new FlowScope({ ...this.base, ...names }, { ...this.steps }, { ...this.errors }, this);
  }

  set(id: string, output: Json): void {
    this.steps[id] = output;
    this.#bytes += JSON.stringify(output).length;
    if (this.#held() > MOST_BYTES)
      throw new NodeFailure(`the results of a run may take ${MOST_BYTES} bytes together`, "LIMIT_EXCEEDED", false);
  }

  fail(id: string, error: JsonObject): void {
    this.steps[id] = null;
    this.errors[id] = error;
  }

  variables(now: number): ExpressionVariables {
    return { ...this.base, steps: this.steps, errors: this.errors, now: new Date(now) };
  }

  #held(): number {
    return this.#bytes + (this.around ? this.around.#held() : 0);
  }
}
