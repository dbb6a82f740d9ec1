import type { Environment } from "@marcbachmann/cel-js";

/** What the expressions of one budget may take together: each operation counts, and so does what it reads and makes. */
const MOST_STEPS = 200_000;
const MOST_CHARACTERS = 262_144;
const MOST_ELEMENTS = 10_000;
/** Functions do more than an operator does. */
const STEPS_OF_CALL = 40;
const CHARACTERS_A_STEP = 256;
const ELEMENTS_A_STEP = 8;

const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", "in"]);
const CALLS: ReadonlySet<string> = new Set(["call", "rcall"]);

/** What is left for expressions that are evaluated for one purpose, such as an attempt at a node. */
export interface ExpressionBudget {
  steps: number;
}

export const expressionBudget = (): ExpressionBudget => ({ steps: MOST_STEPS });

/** An operation of an expression, as the interpreter has it. */
interface MeteredOperation {
  readonly op: string;
  evaluate(evaluator: Evaluator, operation: MeteredOperation, scope: unknown): unknown;
}

interface Evaluator {
  run(operation: MeteredOperation, scope: unknown): unknown;
}

export class ExpressionTooCostly extends Error {
  override readonly name = "ExpressionTooCostly";
}

/**
 * Counts what expressions of this environment do, and ends those that do too much. The interpreter hands itself to the functions
 * that it calls, and runs each operation by its method `run`, which is replaced. Throws where a version of it does otherwise.
 */
export function meter(environment: Environment): <T>(budget: ExpressionBudget, work: () => T) => T {
  let evaluator: Evaluator | undefined;
  environment.registerFunction(
    "meter(): bool",
    function (this: Evaluator) {
      evaluator = this;
      return true;
    },
    { async: false },
  );
  environment.evaluate("meter()", {});
  if (typeof evaluator?.run !== "function") throw new TypeError("expressions cannot be metered");
  const limits = new Meter();
  evaluator.run = (operation, scope) => limits.run(evaluator!, operation, scope);
  return (budget, work) => limits.begin(budget, work);
}

class Meter {
  #budget = expressionBudget();
  /** Whether the operation that begins next is an operand of a comparison. */
  #isOperand = false;

  begin<T>(budget: ExpressionBudget, work: () => T): T {
    this.#budget = budget;
    this.#isOperand = false;
    const value = work();
    // It is copied as a whole.
    if (typeof value === "object" && value !== null) this.#weighWithin(value);
    return value;
  }

  run(evaluator: Evaluator, operation: MeteredOperation, scope: unknown): unknown {
    const { op } = operation;
    const isOperand = this.#isOperand;
    this.#charge(CALLS.has(op) ? STEPS_OF_CALL : 1);
    this.#isOperand = COMPARISONS.has(op);
    const value = operation.evaluate(evaluator, operation, scope);
    this.#isOperand = isOperand;
    this.#weigh(value);
    // It may be compared as a whole.
    if (isOperand && typeof value === "object" && value !== null) this.#weighWithin(value);
    return value;
  }

  #weigh(value: unknown): void {
    if (typeof value === "string") {
      if (value.length > MOST_CHARACTERS) throw tooCostly(`a text of more than ${MOST_CHARACTERS} characters`);
    } else if (Array.isArray(value) || value instanceof Uint8Array) {
      const most = Array.isArray(value) ? MOST_ELEMENTS : MOST_CHARACTERS;
      if (value.length > most) throw tooCostly(`a list of more than ${most} elements`);
    }
    this.#chargeFor(value);
  }

  #chargeFor(value: unknown): void {
    if (typeof value === "string") this.#charge(Math.floor(value.length / CHARACTERS_A_STEP));
    else if (Array.isArray(value) || value instanceof Uint8Array)
      this.#charge(Math.floor(value.length / ELEMENTS_A_STEP));
  }

  #weighWithin(value: object): void {
    if (value instanceof Uint8Array) return;
    const parts: unknown[] = value instanceof Map ? [...value.values()] : Object.values(value);
    this.#charge(parts.length);
    for (const part of parts) {
      this.#chargeFor(part);
      if (typeof part === "object" && part !== null) this.#weighWithin(part);
    }
  }

  #charge(steps: number): void {
    this.#budget.steps -= steps;
    if (this.#budget.steps < 0) throw tooCostly(`more than ${MOST_STEPS} steps`);
  }
}

const tooCostly = (what: string) => new ExpressionTooCostly(`it needs ${what}`);
