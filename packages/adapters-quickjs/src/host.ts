import type { SandboxLimits, SandboxLogLevel } from "@plinth/core";
import type { Packed } from "@plinth/core/sandbox";
import type { QuickJSHandle } from "quickjs-emscripten-core";
import { ArgumentReader, EXHAUSTED } from "./argument-reader.ts";
import { changedUrl } from "./changed-url.ts";
import type { Instance } from "./instance.ts";

/** What the prelude asks of the host. What these throw is an error in the program. */
export interface HostFunctions {
  call(id: number, name: string, packed: Packed): void;
  done(packed: Packed): void;
  failed(json: string): void;
  /** The result is larger than allowed. */
  tooLarge(): void;
  exhausted(): void;
  log(level: SandboxLogLevel, text: string): void;
  timer(id: number, ms: number): void;
  clear(id: number): void;
}

const LEVELS: readonly string[] = ["debug", "info", "warn", "error"];
const MOST_LOG_TEXT = 8192;
const MOST_NAME = 200;
const MOST_ERROR = 100_000;
const MOST_RANDOM = 65_536;
const MOST_URL = 100_000;
/** Turns of loops that a call of the host costs. */
const CALL_TURNS = 2000;

type HostFunction = (...handles: QuickJSHandle[]) => QuickJSHandle | undefined;

/** The functions by which the prelude, and nobody else in the sandbox, reaches the host. Always in the same order: an image knows them by that. */
export function hostHandles(
  instance: Instance,
  limits: SandboxLimits,
  functions: HostFunctions,
): [name: string, handle: QuickJSHandle][] {
  const { context } = instance;
  const read = new ArgumentReader(instance);
  const all = { ...eventFunctions(read, limits, functions), ...textFunctions(instance, read, limits) };
  return Object.entries(all).map(([name, work]) => {
    const handle = context.newFunction(name, (...handles) => {
      try {
        read.charge(CALL_TURNS);
        return work(...handles) ?? context.undefined;
      } catch (error) {
        if (error !== EXHAUSTED) throw error;
        functions.exhausted();
        return context.undefined;
      }
    });
    return [name, handle];
  });
}

/** What the program does: its calls, its timers, its console and its end. */
function eventFunctions(
  read: ArgumentReader,
  { valueBytes }: SandboxLimits,
  functions: HostFunctions,
): Record<string, HostFunction> {
  const event =
    (work: (...handles: QuickJSHandle[]) => void): HostFunction =>
    (...handles) => {
      work(...handles);
      return undefined;
    };
  return {
    call: event((id, name, ...values) =>
      functions.call(read.number(id), read.text(name, MOST_NAME), read.packed(values, valueBytes)),
    ),
    done: event((...values) => {
      try {
        functions.done(read.packed(values, valueBytes));
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        functions.tooLarge();
      }
    }),
    failed: event((json) => functions.failed(read.text(json, MOST_ERROR))),
    log: event((level, line) => {
      const found = read.text(level, MOST_NAME);
      if (!LEVELS.includes(found)) throw new TypeError("there is no such level");
      functions.log(found as SandboxLogLevel, read.text(line, MOST_LOG_TEXT));
    }),
    timer: event((id, ms) => functions.timer(read.number(id), read.number(ms))),
    clear: event((id) => functions.clear(read.number(id))),
  };
}

/** What every host can do, and QuickJS cannot. */
function textFunctions(
  { context }: Instance,
  read: ArgumentReader,
  { memoryBytes }: SandboxLimits,
): Record<string, HostFunction> {
  return {
    random(count) {
      const length = read.number(count);
      if (!(length >= 0 && length <= MOST_RANDOM)) throw new RangeError(`at most ${MOST_RANDOM} bytes at once`);
      return context.newArrayBuffer(crypto.getRandomValues(new Uint8Array(length)).buffer);
    },
    utf8: (value) => context.newArrayBuffer(new TextEncoder().encode(read.text(value, memoryBytes)).buffer),
    text(value, fatal) {
      const decoder = new TextDecoder("utf-8", { fatal: context.dump(fatal!) === true });
      return context.newString(decoder.decode(read.bytes(value, memoryBytes)));
    },
    url(url, base, part, value) {
      const optional = (handle: QuickJSHandle | undefined) => read.optionalText(handle, MOST_URL);
      const found = changedUrl(read.text(url, MOST_URL), optional(base), optional(part), optional(value));
      return found && context.newString(JSON.stringify(found));
    },
  };
}
