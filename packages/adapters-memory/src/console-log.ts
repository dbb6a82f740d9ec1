import { type Clock, dataErrorOf, type Log, type LogLevel, PlinthError } from "@plinth/core";
import { systemClock } from "./system-clock.ts";

const ORDER: readonly LogLevel[] = ["debug", "info", "warn", "error"];
/** An error's causes may form a cycle; deeper ones are not logged. */
const MAX_CAUSES = 5;

/**
 * One line of JSON for each entry.
 *
 * @example
 * const log = consoleLog({ level: "info", write: (line) => console.log(line) });
 */
export function consoleLog(options: { level: LogLevel; write: (line: string) => void; clock?: Clock }): Log {
  const { level, write, clock = systemClock } = options;
  const at = (entryLevel: LogLevel) => {
    if (ORDER.indexOf(entryLevel) < ORDER.indexOf(level)) return () => {};
    return (message: string, fields?: Record<string, unknown>) => {
      const time = new Date(clock.now()).toISOString();
      // The fields come first, so that none of them can replace the entry's own level or message.
      write(toLine({ ...fields, time, level: entryLevel, message }));
    };
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

function toLine(entry: Record<string, unknown>): string {
  const { time, level, message, ...fields } = entry;
  try {
    return JSON.stringify({ time, level, message, ...fields }, plain);
  } catch (cause) {
    // A cycle among the fields must not suppress the message.
    return JSON.stringify({ time, level, message, unserialisable: String(cause) });
  }
}

function plain(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Error) return plainError(value, 0);
  return value;
}

/** Libraries that wrap a database's error quote the statement with its values, which must not be logged. */
function plainError(input: Error, depth: number): Record<string, unknown> {
  const error = input instanceof PlinthError ? input : (dataErrorOf(input) ?? input);
  const { name, message, stack, cause } = error;
  const { kind, code } = error as { kind?: unknown; code?: unknown };
  return {
    name,
    message,
    ...(code !== undefined && { code }),
    ...(kind !== undefined && { kind }),
    stack,
    ...(cause !== undefined && {
      cause: cause instanceof Error && depth < MAX_CAUSES ? plainError(cause, depth + 1) : String(cause),
    }),
  };
}
