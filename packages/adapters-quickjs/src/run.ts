import type { SandboxFailure } from "@plinth/core";
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
  stackOf,
  thrownFailure,
} from "@plinth/core/sandbox";
import type { QuickJSHandle } from "quickjs-emscripten-core";
import { heapImage } from "./heap-image.ts";
import { hostHandles } from "./host.ts";
import { type Instance, isFull } from "./instance.ts";
import { handleAt, type RealmEntry, type RealmImage, randomState, seedRandom } from "./realm-image.ts";
import { Timers } from "./timers.ts";
import { trapKind } from "./trap-kind.ts";
import type { Evaluation, VersionImage } from "./version-images.ts";

/** Turns of loops that a fast machine makes in a millisecond of QuickJS; measured: 150,000 to 250,000. */
const TURNS_PER_MS = 250_000;
/** Of the turns, so many are kept back, so that QuickJS itself ends the program, with the line where it is. One step may take them all. */
const RESERVE = 20n;
/** So much longer than `cpuMs` a slow or busy machine may take, where the clock moves at all; and so many milliseconds in any case. */
const SLOWEST = 4;
const PATIENCE_MS = 500;
/** After so many jobs of promises, others of this process have a turn. */
const JOBS_AT_ONCE = 1000;

type RunEnd = { readonly ok: true; readonly packed: Packed } | { readonly ok: false; readonly error: SandboxFailure };

export interface RunOptions {
  /** Holds what the image does. */
  readonly instance: Instance;
  readonly image: RealmImage | VersionImage;
  readonly program: PackedProgram;
  readonly host: ProgramHost;
  /** Absent: nobody asks what the module comes to. Where it is kept, the instance is a watched one. */
  readonly evaluation?: Evaluation | undefined;
}

/** One run of a program. All of it is thrown away at the end. */
export class Run {
  readonly #began = performance.now();
  readonly #ended = Promise.withResolvers<RunEnd>();
  readonly #ending = new AbortController();
  readonly #logs: LogLines;
  readonly #timers = new Timers((id) => this.#resume("fire", id));
  readonly #calls: HostCalls;
  #settled: RunEnd | undefined;
  /** Milliseconds of computing before the present entry, and when that began. */
  #cpuMs = 0;
  #enteredAt = 0;
  #isAdvancing = false;
  readonly #turns: bigint;
  /** Milliseconds of computing by the clock. */
  readonly #longest: number;

  readonly #instance: Instance;
  readonly #program: PackedProgram;
  #interrupts = 0;

  constructor(private readonly options: RunOptions) {
    const { instance, program, host } = options;
    const { limits, calls } = program;
    this.#instance = instance;
    this.#program = program;
    this.#logs = new LogLines(limits.logBytes, () => performance.now() - this.#began);
    this.#calls = new HostCalls(new Set(calls), host.call, limits, this.#ending.signal, {
      settle: (id, answer) => this.#settleCall(id, answer),
      exceeded: () => this.#stop("calls"),
    });
    this.#longest = SLOWEST * limits.cpuMs + PATIENCE_MS;
    this.#turns = BigInt(Math.ceil(limits.cpuMs)) * BigInt(TURNS_PER_MS);
  }

  async outcome(): Promise<PackedOutcome> {
    const { limits } = this.#program;
    const { signal } = this.options.host;
    const late = setTimeout(() => this.#stop("wall_time"), limits.wallMs);
    const abort = () => this.#stop("aborted");
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) abort();
    this.#begin();
    const settled = await this.#ended.promise;
    clearTimeout(late);
    signal?.removeEventListener("abort", abort);
    const usage = { wallMs: performance.now() - this.#began, cpuMs: this.#cpuMs, calls: this.#calls.count };
    return { ...settled, logs: this.#logs.lines, logsLeftOut: this.#logs.leftOut, usage };
  }

  #begin(): void {
    this.#enter(() => {
      this.#nameHost();
      this.#limit();
      const module = this.#evaluated();
      if (!module) return;
      const { context } = this.#instance;
      const { calls, checkOnly } = this.#program;
      const names = checkOnly ? context.undefined : context.newString(JSON.stringify(calls));
      this.#call("start", [module, names, ...this.#handlesOf(this.#program.context)]);
    });
    this.#advance();
  }

  /** From here on it is the program's own code that counts. */
  #limit(): void {
    const { fuel, runtime } = this.#instance;
    seedRandom(this.#instance, this.options.image.random);
    fuel.value = this.#turns;
    runtime.setInterruptHandler(() => this.#isOverTime());
    this.#enteredAt = performance.now();
  }

  /** What the evaluation of the module returns. Undefined: it has failed, and the run with it. */
  #evaluated(): QuickJSHandle | undefined {
    const { image, evaluation } = this.options;
    const { context, fuel, asked } = this.#instance;
    if ("module" in image) {
      fuel.value -= image.turns;
      return handleAt(this.#instance, image.module);
    }
    const { source, fileName } = this.#program;
    const before = { asked: asked(), random: randomState(this.#instance, image.random) };
    const evaluated = context.evalCode(source, fileName, { type: "module" });
    if (evaluated.error) {
      this.#threw(evaluated.error);
      return undefined;
    }
    const turns = this.#turns - fuel.value;
    evaluation?.took(turns);
    if (!evaluation?.isKept || this.#settled) return evaluated.value;
    // What asks for the time, or is random, comes out otherwise each time. It may be interrupted, which asks too.
    const isPure = asked() - before.asked === this.#interrupts;
    if (isPure && before.random === randomState(this.#instance, image.random)) {
      const began = performance.now();
      const heap = heapImage(this.#instance.memory, image.heap);
      evaluation.keep({ ...image, heap, module: evaluated.value.value, turns });
      this.#enteredAt += performance.now() - began;
    }
    return evaluated.value;
  }

  /** Gives the functions that the image knows by their numbers. */
  #nameHost(): void {
    const { limits } = this.#program;
    hostHandles(this.#instance, limits, {
      call: (id, name, packed) => this.#calls.start(id, name, packed),
      done: (packed) => this.#finish({ ok: true, packed }),
      failed: (json) => this.#fail(thrownFailure(JSON.parse(json), this.#program.fileName, limits)),
      tooLarge: () => this.#stop("value_size"),
      exhausted: () => this.#stop("cpu_time"),
      log: (level, text) => this.#logs.add(level, text),
      timer: (id, ms) => this.#timers.start(id, ms),
      clear: (id) => this.#timers.clear(id),
    });
  }

  /** Runs code of the program. What it throws at the host ends it: the interpreter cannot be used any more. */
  #enter(work: () => void): void {
    if (this.#settled) return;
    this.#enteredAt = performance.now();
    try {
      work();
    } catch (error) {
      this.#stop(trapKind(error, this.#instance.fuel.value < 0n));
    } finally {
      this.#cpuMs += performance.now() - this.#enteredAt;
    }
    if (this.#cpuMs > this.#longest) this.#stop("cpu_time");
  }

  /** Runs the jobs of promises that are due, and ends a program that nothing can wake any more. */
  #advance(): void {
    if (this.#isAdvancing) return;
    const { runtime } = this.#instance;
    let hasMore = false;
    this.#enter(() => {
      const done = runtime.executePendingJobs(JOBS_AT_ONCE);
      if (done.error) this.#threw(done.error);
      else hasMore = runtime.hasPendingJob();
    });
    if (this.#settled) return;
    if (hasMore) {
      this.#isAdvancing = true;
      setTimeout(() => {
        this.#isAdvancing = false;
        this.#advance();
      }, 0);
    } else if (this.#calls.inFlight === 0 && this.#timers.size === 0) {
      this.#stop(isFull(this.#instance.memory, this.#program.limits.memoryBytes) ? "memory" : "stuck");
    }
  }

  #resume(entry: Exclude<RealmEntry, "start">, id: number, more: () => readonly QuickJSHandle[] = () => []): void {
    this.#enter(() => this.#call(entry, [this.#instance.context.newNumber(id), ...more()]));
    if (!this.#settled) this.#advance();
  }

  #settleCall(id: number, { ok, packed }: PackedAnswer): void {
    const { context } = this.#instance;
    this.#resume("settle", id, () => [ok ? context.true : context.false, ...this.#handlesOf(packed)]);
  }

  #call(entry: RealmEntry, handles: readonly QuickJSHandle[]): void {
    const { context } = this.#instance;
    const called = handleAt(this.#instance, this.options.image.entries[entry]);
    const result = context.callFunction(called, context.undefined, [...handles]);
    if (result.error) this.#threw(result.error);
    else result.value.dispose();
    for (const handle of handles) handle.dispose();
  }

  #handlesOf({ json, buffers }: Packed): QuickJSHandle[] {
    const { context } = this.#instance;
    return [context.newString(json), ...buffers.map((buffer) => context.newArrayBuffer(buffer))];
  }

  #threw(error: QuickJSHandle): void {
    const { context } = this.#instance;
    const text = (name: string) => {
      const handle = context.getProp(error, name);
      return context.typeof(handle) === "string" ? context.getString(handle) : undefined;
    };
    const isObject = context.typeof(error) === "object" && context.typeof(context.getProp(error, "name")) === "string";
    const described = isObject ? { name: text("name"), message: text("message"), stack: text("stack") } : null;
    this.#fail(thrownFailure(described, this.#program.fileName, this.#program.limits));
  }

  /** Asked by QuickJS between steps of the program. */
  #isOverTime(): boolean {
    const { limits } = this.#program;
    this.#interrupts++;
    if (this.#settled) return true;
    const now = performance.now();
    const elapsed = this.#cpuMs + now - this.#enteredAt;
    this.options.host.pause?.();
    this.#enteredAt += performance.now() - now;
    if (this.#instance.fuel.value > this.#turns / RESERVE && elapsed <= this.#longest) return false;
    this.#fail(limitFailure("cpu_time", limits, this.#stackNow()));
    return true;
  }

  /** Where the program is at the moment. */
  #stackNow(): string[] {
    const { context } = this.#instance;
    const found = context.evalCode("new Error().stack", "plinth");
    return found.error ? [] : stackOf(context.getString(found.value), this.#program.fileName);
  }

  #stop(kind: LimitKind): void {
    this.#fail(limitFailure(kind, this.#program.limits));
  }

  #fail(error: SandboxFailure): void {
    this.#finish({ ok: false, error });
  }

  /** The first reason counts. What still runs in the interpreter traps at its next turn of a loop. */
  #finish(settled: RunEnd): void {
    if (this.#settled) return;
    this.#settled = settled;
    this.#instance.fuel.value = -1n;
    this.#timers.clearAll();
    this.#ending.abort();
    this.#ended.resolve(settled);
  }
}
