import type { ASTNode, ParseResult } from "@marcbachmann/cel-js";
import { excerpt, isObject, type Json } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { Lru } from "../kernel/lru.ts";
import { service } from "../kernel/services.ts";
import { type ExpressionBudget, ExpressionTooCostly, meter } from "./meter.ts";
import { expressionJson } from "./to-json.ts";

export const MAX_EXPRESSION = 2000;
const LIMITS = { maxAstNodes: 500, maxDepth: 40, maxListElements: 200, maxMapEntries: 200, maxCallArguments: 10 };
/** Expressions whose parsed form is kept. */
const PARSED = 500;
/** Its patterns may take for ever. */
const LEFT_OUT: ReadonlySet<string> = new Set(["matches"]);
const MAX_PROBLEM = 300;

/** By the names that an expression may use. */
export type ExpressionVariables = Readonly<Record<string, unknown>>;

export interface Expressions {
  /** Throws `ExpressionFailure`. What it takes is taken from the budget. */
  evaluate(text: string, variables: ExpressionVariables, budget: ExpressionBudget): Json;
  /** What is wrong with it, whatever its variables hold; undefined: nothing. */
  problemIn(text: string, names: readonly string[]): string | undefined;
  /** What it reads of these variables: `a` for `steps.a`. */
  membersOf(text: string, variables: readonly string[]): readonly string[];
}

/** Why an expression has no value. */
export class ExpressionFailure extends Error {
  override readonly name = "ExpressionFailure";
}

/** The language is CEL (https://cel.dev), whose expressions end and change nothing. Loaded when it is first needed. */
export const expressionsOf = service("expressions", (_: Engine): Promise<Expressions> => load());

type Arithmetic = (a: number, b: number) => number;

const ARITHMETIC: readonly (readonly [string, Arithmetic])[] = [
  ["+", (a, b) => a + b],
  ["-", (a, b) => a - b],
  ["*", (a, b) => a * b],
  ["/", (a, b) => a / b],
  ["%", (a, b) => a % b],
];

async function load(): Promise<Expressions> {
  const { Environment } = await import("@marcbachmann/cel-js");
  const settings = { homogeneousAggregateLiterals: false, enableOptionalTypes: true, limits: LIMITS };
  const environment = new Environment({ ...settings, unlistedVariablesAreDyn: true });
  // Numbers of JSON are doubles, and those that an expression names are mostly integers.
  for (const [operator, compute] of ARITHMETIC) {
    const mixed = (a: number | bigint, b: number | bigint) => compute(Number(a), Number(b));
    for (const types of [`int ${operator} double`, `double ${operator} int`])
      environment.registerOperator(`${types}: double`, mixed);
    if (operator === "%") environment.registerOperator("double % double: double", mixed);
  }
  const metered = meter(environment);
  const checking = environment.clone({ ...settings, unlistedVariablesAreDyn: false });
  const parsed = new Lru<string, ParseResult>(PARSED);
  const parse = (text: string): ParseResult => {
    const known = parsed.get(text);
    if (known) return known;
    const made = environment.parse(requireLength(text));
    requireCalls(made.ast);
    parsed.set(text, made);
    return made;
  };
  return {
    evaluate(text, variables, budget) {
      try {
        const program = parse(text);
        return expressionJson(metered(budget, () => program({ __proto__: null, ...variables })));
      } catch (error) {
        throw new ExpressionFailure(`${excerpt(text)}: ${problemOf(error)}`);
      }
    },
    problemIn(text, names) {
      try {
        parse(text);
        const named = checking.clone(settings);
        for (const name of names) named.registerVariable(name, "dyn");
        const { valid, error } = named.check(text);
        return valid ? undefined : problemOf(error);
      } catch (error) {
        return problemOf(error);
      }
    },
    membersOf: (text, variables) => membersIn(parse(text).ast, variables),
  };
}

function requireLength(text: string): string {
  if (text.length <= MAX_EXPRESSION) return text;
  throw new ExpressionTooCostly(`it may have ${MAX_EXPRESSION} characters`);
}

function requireCalls(ast: ASTNode): void {
  for (const { op, args } of operationsIn(ast)) {
    const called = (op === "call" || op === "rcall") && Array.isArray(args) ? (args[0] as unknown) : undefined;
    if (typeof called === "string" && LEFT_OUT.has(called)) throw new TypeError(`there is no function ${called}`);
  }
}

function membersIn(ast: ASTNode, variables: readonly string[]): string[] {
  return [...operationsIn(ast)].flatMap(({ op, args }) => {
    if (op !== "." || !Array.isArray(args)) return [];
    const [of, member] = args as [ParsedOperation, unknown];
    const isMember = of.op === "id" && typeof of.args === "string" && variables.includes(of.args);
    return isMember && typeof member === "string" ? [member] : [];
  });
}

interface ParsedOperation {
  readonly op: string;
  readonly args: unknown;
}

function* operationsIn(part: unknown): Generator<ParsedOperation> {
  if (Array.isArray(part)) {
    for (const each of part) yield* operationsIn(each);
  } else if (typeof part === "object" && part !== null && "op" in part && "args" in part) {
    yield part as ParsedOperation;
    yield* operationsIn(part.args);
  }
}

/** In one line: the interpreter draws where the mistake is below its message. */
function problemOf(error: unknown): string {
  const text = error instanceof Error ? error.message : isObject(error as Json) ? JSON.stringify(error) : String(error);
  return text.split("\n")[0]!.slice(0, MAX_PROBLEM);
}
