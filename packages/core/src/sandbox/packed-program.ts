import { PlinthError } from "../errors.ts";
import type { SandboxCall, SandboxFailure, SandboxLimits, SandboxOutcome, SandboxProgram } from "../ports/sandbox.ts";
import { type Packed, pack, unpack } from "./values.ts";

/** Answers a call of a program. Never throws. */
export type PackedCall = (name: string, packed: Packed, signal: AbortSignal) => Promise<PackedAnswer>;

export interface PackedAnswer {
  readonly ok: boolean;
  readonly packed: Packed;
}

/** A program whose values can go to another thread. */
export interface PackedProgram
  extends Pick<SandboxProgram, "source" | "fileName" | "version" | "limits" | "checkOnly"> {
  readonly context: Packed;
  /** The names of its calls. */
  readonly calls: readonly string[];
}

/** What only the thread knows that has asked for the run. */
export interface ProgramHost {
  readonly call: PackedCall;
  readonly signal: AbortSignal | undefined;
  /** Called again and again while the program computes. It may wait a moment. */
  readonly pause?: () => void;
}

export type PackedOutcome = Omit<SandboxOutcome, "ok" | "value" | "error"> &
  ({ readonly ok: true; readonly packed: Packed } | { readonly ok: false; readonly error: SandboxFailure });

export function packedProgram(program: SandboxProgram): PackedProgram {
  const { source, fileName, version, context, calls, limits, checkOnly } = program;
  const optional = { ...(version !== undefined && { version }), ...(checkOnly && { checkOnly }) };
  return { source, fileName, context: pack(context), calls: Object.keys(calls), limits, ...optional };
}

/** None of what comes from a program is trusted. */
export function unpackedOutcome(outcome: PackedOutcome): SandboxOutcome {
  if (!outcome.ok) return outcome;
  const { packed, ok: _, ...rest } = outcome;
  try {
    return { ...rest, ok: true, value: unpack(packed) };
  } catch (error) {
    return { ...rest, ok: false, error: { kind: "error", name: "TypeError", message: String(error), stack: [] } };
  }
}

export function packedCall(calls: Readonly<Record<string, SandboxCall>>, { valueBytes }: SandboxLimits): PackedCall {
  return async (name, packed, signal) => {
    try {
      const call = Object.hasOwn(calls, name) ? calls[name] : undefined;
      if (!call) throw new TypeError("there is no such call");
      const answer = pack(await call(unpack(packed) as unknown[], signal));
      if (sizeOf(answer) > valueBytes) throw tooLarge(valueBytes);
      return { ok: true, packed: answer };
    } catch (error) {
      return { ok: false, packed: { json: JSON.stringify(shown(error)), buffers: [] } };
    }
  };
}

export function sizeOf({ json, buffers }: Packed): number {
  return buffers.reduce((bytes, buffer) => bytes + buffer.byteLength, json.length);
}

const tooLarge = (bytes: number) => new PlinthError("LIMIT_EXCEEDED", `An answer may have at most ${bytes} bytes.`);

/** What an error of the server says to a program: no more than it says to a caller. */
function shown(error: unknown): { name: string; message: string; code?: string; details?: unknown } {
  if (error instanceof PlinthError) {
    const { name, message, code, details } = error;
    return { name, message, code, ...(details && { details }) };
  }
  if (error instanceof TypeError || error instanceof SyntaxError) return { name: "TypeError", message: error.message };
  return { name: "Error", message: "The call failed.", code: "INTERNAL" };
}
