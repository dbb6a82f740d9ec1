import type { SandboxFailure, SandboxLogLevel } from "@plinth/core";
import {
  HostCalls,
  type LimitKind,
  LogLines,
  limitFailure,
  type Packed,
  type PackedAnswer,
  type PackedOutcome,
  type PackedProgram,
  type ProgramHost,
  sizeOf,
  thrownFailure,
} from "@plinth/core/sandbox";
import { type ProcessMessage, packedParts, partsPacked, partText, textPart } from "./frames.ts";
import type { FunctionProcess } from "./function-process.ts";

/** How often the kernel is asked what the process has taken. */
const WATCH_MS = 20;
/** The kernel counts in steps of 10 ms, and a realm has to be made first. */
const CPU_GRACE_MS = 30;
/** What a heap holds beside the objects that are in use, until the collector has run. */
const GARBAGE_BYTES = 48 * 1024 ** 2;
/** After its end, a program may still have promises that are due: so long. */
const REST_MS = 500;
const LEVELS: readonly string[] = ["debug", "info", "warn", "error"];

interface SaidCall {
  readonly id: number;
  readonly name: string;
  /** How many of the message's parts are its value. */
  readonly parts: number;
}

type ProgramEnd =
  | { readonly ok: true; readonly packed: Packed }
  | { readonly ok: false; readonly error: SandboxFailure };

/** One run of a program, in a process that does nothing else meanwhile. When it resolves, nothing of the program runs any more. */
export class ProgramRun {
  readonly #began = performance.now();
  readonly #ended = Promise.withResolvers<ProgramEnd>();
  readonly #rested = Promise.withResolvers<void>();
  readonly #ending = new AbortController();
  readonly #logs: LogLines;
  readonly #calls: HostCalls;
  #settled: ProgramEnd | undefined;
  #cpuMs = 0;

  constructor(
    private readonly child: FunctionProcess,
    private readonly program: PackedProgram,
    private readonly host: ProgramHost,
  ) {
    const { limits, calls } = program;
    this.#logs = new LogLines(limits.logBytes, () => performance.now() - this.#began);
    this.#calls = new HostCalls(new Set(calls), host.call, limits, this.#ending.signal, {
      settle: (id, answer) => this.#answer(id, answer),
      exceeded: () => this.#stop("calls"),
    });
  }

  async outcome(): Promise<PackedOutcome> {
    const { limits } = this.program;
    const { signal } = this.host;
    const late = setTimeout(() => this.#stop("wall_time"), limits.wallMs);
    const abort = () => this.#stop("aborted");
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) abort();
    try {
      const watching = await this.#begin();
      const settled = await this.#ended.promise;
      await this.#rest();
      clearInterval(watching);
      const usage = { wallMs: performance.now() - this.#began, cpuMs: this.#cpuMs, calls: this.#calls.count };
      return { ...settled, logs: this.#logs.lines, logsLeftOut: this.#logs.leftOut, usage };
    } finally {
      clearTimeout(late);
      signal?.removeEventListener("abort", abort);
      this.child.listener = undefined;
    }
  }

  /** Undefined: it has ended before its process was ready. */
  async #begin(): Promise<ReturnType<typeof setInterval> | undefined> {
    const { child, program } = this;
    child.listener = { frame: (frame) => this.#heard(frame), ended: (why) => this.#gone(why) };
    const ready = child.ready.catch((error: unknown) => {
      if (!this.#settled) throw error;
      return undefined;
    });
    const first = await Promise.race([ready, this.#ended.promise.then(() => undefined)]);
    if (child.isEnded) this.#gone("crash");
    if (!first || this.#settled) return undefined;
    const { source, fileName, limits, calls, checkOnly, context } = program;
    const began = child.usage() ?? first;
    const names = checkOnly ? {} : { names: JSON.stringify(calls) };
    child.send({ type: "run", fileName, limits, ...names }, [textPart(source), ...packedParts(context)]);
    const mostMemory = began.memoryBytes + limits.memoryBytes + GARBAGE_BYTES;
    return setInterval(() => {
      const usage = child.usage();
      if (!usage || this.#settled) return;
      this.#cpuMs = usage.cpuMs - began.cpuMs;
      if (this.#cpuMs > limits.cpuMs + CPU_GRACE_MS) this.#stop("cpu_time");
      else if (usage.memoryBytes > mostMemory) this.#stop("memory");
    }, WATCH_MS);
  }

  #heard({ head, parts }: ProcessMessage): void {
    if (head.type === "idle") this.#rested.resolve();
    if (this.#settled) return;
    switch (head.type) {
      case "calls":
        this.#calling(head.calls as readonly SaidCall[], parts);
        break;
      case "log":
        if (LEVELS.includes(String(head.level))) this.#logs.add(head.level as SandboxLogLevel, partText(parts[0]));
        break;
      case "done":
      case "failed":
      case "tooLarge":
      case "stuck":
        this.#cpuMs = Math.max(this.#cpuMs, Number(head.cpuMs) || 0);
        this.#logs.leftOut += Number(head.logsLeftOut) || 0;
        this.#finish(this.#endIn(head.type, parts));
        break;
    }
  }

  #endIn(type: "done" | "failed" | "tooLarge" | "stuck", parts: ProcessMessage["parts"]): ProgramEnd {
    const { limits, fileName } = this.program;
    const limited = (kind: LimitKind): ProgramEnd => ({ ok: false, error: limitFailure(kind, limits) });
    if (type === "stuck") return limited("stuck");
    if (type === "tooLarge") return limited("value_size");
    if (type === "failed") return { ok: false, error: thrownFailure(described(partText(parts[0])), fileName, limits) };
    const packed = partsPacked(parts);
    return sizeOf(packed) > limits.valueBytes ? limited("value_size") : { ok: true, packed };
  }

  /** Those that a program makes at once come together: who answers them has seen all of them before the first has an answer. */
  #calling(calls: readonly SaidCall[], parts: ProcessMessage["parts"]): void {
    let at = 0;
    for (const { id, name, parts: count } of calls) {
      this.#call(Number(id), String(name), partsPacked(parts.slice(at, at + count)));
      at += count;
    }
  }

  #call(id: number, name: string, packed: Packed): void {
    const { valueBytes } = this.program.limits;
    try {
      if (sizeOf(packed) > valueBytes) throw new RangeError(`a value may have at most ${valueBytes} bytes`);
      this.#calls.start(id, name, packed);
    } catch (error) {
      const { name: kind, message } = error as Error;
      this.#answer(id, { ok: false, packed: { json: JSON.stringify({ name: kind, message }), buffers: [] } });
    }
  }

  #answer(id: number, { ok, packed }: PackedAnswer): void {
    this.child.send({ type: "settle", id, ok }, packedParts(packed));
  }

  /** The process goes on to the next program, if it comes to rest. */
  async #rest(): Promise<void> {
    if (this.child.isEnded) return;
    const late = setTimeout(() => void this.child.kill().then(this.#rested.resolve), REST_MS);
    await this.#rested.promise;
    clearTimeout(late);
  }

  #gone(why: LimitKind): void {
    this.#rested.resolve();
    this.#finish({ ok: false, error: limitFailure(why, this.program.limits) });
  }

  /** Nobody can interrupt what computes in it, so that all of it is ended. */
  #stop(kind: LimitKind): void {
    if (this.#settled) return;
    void this.child.kill().then(this.#rested.resolve);
    this.#finish({ ok: false, error: limitFailure(kind, this.program.limits) });
  }

  /** The first reason counts. */
  #finish(settled: ProgramEnd): void {
    if (this.#settled) return;
    this.#settled = settled;
    this.#ending.abort();
    this.#ended.resolve(settled);
  }
}

/** None of what a program says is trusted. */
function described(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return { name: "Error", message: "The function said something that is no error." };
  }
}
