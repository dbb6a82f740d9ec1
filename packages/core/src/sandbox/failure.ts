import { plural } from "../plural.ts";
import type { SandboxFailure, SandboxFailureKind, SandboxLimits } from "../ports/sandbox.ts";

/** What ends a program that does not end by itself. */
export type LimitKind = Exclude<SandboxFailureKind, "error" | "refused">;

const mega = (bytes: number): string => `${Math.round((bytes / 1024 ** 2) * 10) / 10} MB`;

/** For who wrote the program: the limit, and how much it is. */
const MESSAGES: Readonly<Record<LimitKind, (limits: SandboxLimits) => string>> = {
  wall_time: ({ wallMs }) => `The function took longer than ${wallMs} ms.`,
  cpu_time: ({ cpuMs }) => `The function computed for longer than ${cpuMs} ms.`,
  memory: ({ memoryBytes }) => `The function needed more than ${mega(memoryBytes)} of memory.`,
  stack: () => "The function called itself too often: its stack is full.",
  value_size: ({ valueBytes }) => `The result has more than ${mega(valueBytes)}.`,
  calls: ({ calls }) => `The function made more than ${plural(calls, "call")}.`,
  stuck: () => "The function waits for something that never happens: no call and no timer is under way.",
  aborted: () => "The function was ended from outside.",
  crash: () => "The interpreter has failed.",
};

export function limitFailure(kind: LimitKind, limits: SandboxLimits, stack: readonly string[] = []): SandboxFailure {
  return { kind, name: "LimitError", message: MESSAGES[kind](limits), stack, line: lineIn(stack) };
}

/** An error as the sandbox describes it; none of it is trusted. */
export function thrownFailure(described: unknown, fileName: string, limits: SandboxLimits): SandboxFailure {
  // An interpreter without memory cannot even make an error.
  if (typeof described !== "object" || described === null) return limitFailure("memory", limits);
  const { name, message, stack, code } = described as Record<string, unknown>;
  const lines = stackOf(stack, fileName);
  const known = kindOf(name, message);
  if (known !== undefined) return limitFailure(known, limits, lines);
  return {
    kind: "error",
    name: excerptOf(name, 100) || "Error",
    message: excerptOf(message, 4000),
    ...(code !== undefined && { code: excerptOf(code, 100) }),
    stack: lines,
    line: lineIn(lines),
  };
}

function kindOf(name: unknown, message: unknown): LimitKind | undefined {
  if (name === "RangeError" && /^Maximum call stack size exceeded/.test(String(message))) return "stack";
  if (name !== "InternalError") return undefined;
  if (message === "out of memory") return "memory";
  if (message === "stack overflow") return "stack";
  return message === "interrupted" ? "cpu_time" : undefined;
}

const excerptOf = (value: unknown, most: number): string => String(value ?? "").slice(0, most);

const MOST_FRAMES = 20;

/** The frames of the program's own file: `save (function.js:12:7)`. */
export function stackOf(stack: unknown, fileName: string): string[] {
  if (typeof stack !== "string") return [];
  return stack
    .split("\n")
    .map((line) => line.trim().replace(/^at /, ""))
    .filter((line) => line.includes(`${fileName}:`))
    .slice(0, MOST_FRAMES)
    .map((line) => line.slice(0, 300));
}

function lineIn([first]: readonly string[]): number | undefined {
  const [, line] = /:(\d{1,7})(?::\d+)?\)?$/.exec(first ?? "") ?? [];
  return line === undefined ? undefined : Number(line);
}
