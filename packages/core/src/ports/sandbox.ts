/**
 * The port to an interpreter that runs JavaScript of users, apart from the server and from each other run: it has neither files nor a network, and
 * reaches only what `calls` names. Nothing of a run is seen by the next one.
 */
export interface Sandbox {
  /** The adapter's name, for messages: `quickjs` … */
  readonly name: string;
  readonly capabilities: SandboxCapabilities;
  /** Never throws for what the program does: that is in the outcome. When it resolves, nothing of the program runs any more. */
  run(program: SandboxProgram): Promise<SandboxOutcome>;
}

export interface SandboxCapabilities {
  /** A program that computes without a pause holds up nobody else. Absent: it holds up this process, for its `cpuMs` at most. */
  readonly inBackground?: true;
}

/**
 * Values cross as copies: JSON, `undefined`, bigint, Date, Map, Set, bytes (`ArrayBuffer` and its views, as `Uint8Array`) and errors; objects without their
 * classes. Others are refused with a `DataCloneError`.
 */
export type SandboxValue = unknown;

export interface SandboxProgram {
  /** One module, whose default export is a function. It is called with `context`. */
  readonly source: string;
  /** Its name in errors. */
  readonly fileName: string;
  /**
   * Programs with the same one have the same source, and nobody else's has it. So a run may use what another one of it has left ready. Absent: it is
   * run once.
   */
  readonly version?: string;
  readonly context: Readonly<Record<string, SandboxValue>>;
  /**
   * What it may ask for, by names such as `db.list`, a method of `context.db`. `fetch` is the global function of that name; `$step.…` are behind
   * `context.step`, `$fetch.…` behind the bodies of answers that `fetch` gives a number as `stream`, `$files.…` behind those of `context.files`, `$ai.…` behind `context.ai.stream`, and `$answer.…` behind a `Response` whose body is a stream. These
   * do not count against `limits.calls`.
   */
  readonly calls: Readonly<Record<string, SandboxCall>>;
  readonly limits: SandboxLimits;
  /** The module is evaluated, and its function not called. The value is what it exports as `config`, or undefined. */
  readonly checkOnly?: true;
  /** Nobody waits for its answer: others go first. */
  readonly isPatient?: true;
  /** Another program may wait for its answer: it does not wait for a program that has begun before it. */
  readonly isNested?: true;
  /** Whose it is. Where programs wait for a place, the next one is of the owner who has the fewest. */
  readonly owner?: string;
  /** Ends the run, and the waiting for a place. */
  readonly signal?: AbortSignal | undefined;
}

/** `signal` aborts when the run ends. An error is thrown in the program, with its name, message and `code`. */
export type SandboxCall = (values: readonly SandboxValue[], signal: AbortSignal) => Promise<SandboxValue>;

export interface SandboxLimits {
  /** From the start to the end, waiting included. */
  readonly wallMs: number;
  /** Computing, without waiting: as many steps as a fast machine does in this time, so that a program ends at the same place on every host. */
  readonly cpuMs: number;
  readonly memoryBytes: number;
  /** Of the result, and of what one call takes and returns. */
  readonly valueBytes: number;
  /** Of all that it writes to `console`. What is more is left out. */
  readonly logBytes: number;
  /** At once. */
  readonly callsInFlight: number;
  /** Together. */
  readonly calls: number;
}

export type SandboxLogLevel = "debug" | "info" | "warn" | "error";

export interface SandboxLogLine {
  readonly level: SandboxLogLevel;
  readonly text: string;
  /** Milliseconds since the start. */
  readonly ms: number;
}

export interface SandboxUsage {
  readonly wallMs: number;
  /** Zero where the clock stands still. */
  readonly cpuMs: number;
  readonly calls: number;
}

export type SandboxOutcome = {
  readonly logs: readonly SandboxLogLine[];
  /** Lines that `logBytes` had no room for. */
  readonly logsLeftOut: number;
  readonly usage: SandboxUsage;
} & ({ readonly ok: true; readonly value: SandboxValue } | { readonly ok: false; readonly error: SandboxFailure });

/**
 * `error`: thrown by the program, or one of its syntax. `stuck`: it waits for a promise that nothing can settle. `aborted`: by `signal`. The others name the limit;
 * `crash`: the interpreter itself has failed; `refused`: the server does not run it, see `TrustedRuntime`.
 */
export type SandboxFailureKind =
  | "error"
  | "wall_time"
  | "cpu_time"
  | "memory"
  | "stack"
  | "value_size"
  | "calls"
  | "stuck"
  | "aborted"
  | "crash"
  | "refused";

export interface SandboxFailure {
  readonly kind: SandboxFailureKind;
  /** Of the error, such as `TypeError`. */
  readonly name: string;
  readonly message: string;
  /** Its `code`, where it has one: that of a call's error, for example. */
  readonly code?: string | undefined;
  /** Lines of the program, the innermost first, such as `save (function.js:12:7)`. */
  readonly stack: readonly string[];
  /** Of the innermost one, from 1. */
  readonly line?: number | undefined;
}

/** An answer to a request, as a program makes it by `new Response`. It is a value only as the result. */
export class SandboxResponse {
  constructor(
    readonly status: number,
    readonly headers: readonly (readonly [name: string, value: string])[],
    readonly body: string | Uint8Array<ArrayBuffer> | undefined,
  ) {}
}

/** A request that a program gets as a `Request`. */
export class SandboxRequest {
  constructor(
    readonly url: string,
    readonly method: string,
    readonly headers: readonly (readonly [name: string, value: string])[],
    readonly body: string | Uint8Array<ArrayBuffer> | undefined,
  ) {}
}
