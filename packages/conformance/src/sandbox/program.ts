import type { Sandbox, SandboxCall, SandboxFailure, SandboxLimits, SandboxOutcome } from "@plinth/core";
import { assert } from "../assert.ts";

/** For programs that end by themselves: a busy machine does not reach them. */
export const WIDE: SandboxLimits = {
  wallMs: 60_000,
  cpuMs: 10_000,
  memoryBytes: 16 * 1024 ** 2,
  valueBytes: 1024 ** 2,
  logBytes: 10_000,
  callsInFlight: 64,
  calls: 200,
};

export interface ProgramOptions {
  readonly context?: Readonly<Record<string, unknown>>;
  readonly calls?: Readonly<Record<string, SandboxCall>>;
  readonly limits?: Partial<SandboxLimits>;
  readonly signal?: AbortSignal;
  readonly version?: string;
}

/** What runs programs: a `Sandbox` or a `TrustedRuntime`. */
export type ProgramRunner = Pick<Sandbox, "run">;

/** Runs one program. A `body` is that of the default export. */
export function runSource(
  sandbox: ProgramRunner,
  source: string,
  { limits, context = {}, calls = {}, ...options }: ProgramOptions = {},
): Promise<SandboxOutcome> {
  return sandbox.run({ source, fileName: "function.js", context, calls, limits: { ...WIDE, ...limits }, ...options });
}

/** The value of a function with this body. */
export async function resultOf(sandbox: ProgramRunner, body: string, options?: ProgramOptions): Promise<unknown> {
  const outcome = await runSource(sandbox, `export default async (context) => {\n${body}\n};`, options);
  assert(outcome.ok, `failed: ${JSON.stringify(outcome.ok || outcome.error)} in ${body}`);
  return outcome.value;
}

/** The failure of a function with this body, which must have this kind. */
export async function failureWith(
  sandbox: ProgramRunner,
  kinds: SandboxFailure["kind"] | readonly SandboxFailure["kind"][],
  body: string,
  options?: ProgramOptions,
): Promise<SandboxFailure> {
  const outcome = await runSource(sandbox, `export default async (context) => {\n${body}\n};`, options);
  assert(!outcome.ok, `did not fail: ${body}`);
  const { error } = outcome;
  assert([kinds].flat().includes(error.kind), `expected ${String(kinds)}, got ${JSON.stringify(error)} of ${body}`);
  return error;
}
