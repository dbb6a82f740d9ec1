import type { DataErrorKind, SqlQuery } from "@plinth/core";

/** What goes between a driver and its far end. */
export interface Request {
  kind: "all" | "run" | "batch";
  queries: readonly SqlQuery[];
}

export type Answer =
  | { value: unknown }
  | {
      error: {
        kind: DataErrorKind;
        message: string;
        statementIndex?: number;
        columns?: readonly string[];
        guard?: string;
      };
    };

const BIG = "$bigint";

/** On one line, also for those who end lines at U+2028 and U+2029. */
export function encode(value: unknown): string {
  const text = JSON.stringify(value, (_key, one: unknown) => (typeof one === "bigint" ? { [BIG]: String(one) } : one));
  return text.replace(/[\u2028\u2029]/g, (mark) => (mark === "\u2028" ? "\\u2028" : "\\u2029"));
}

export function decode(text: string): unknown {
  return JSON.parse(text, (_key, one: unknown) =>
    typeof one === "object" && one !== null && BIG in one ? BigInt(one[BIG] as string) : one,
  );
}
