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

export function encode(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) => (typeof one === "bigint" ? { [BIG]: String(one) } : one));
}

export function decode(text: string): unknown {
  return JSON.parse(text, (_key, one: unknown) =>
    typeof one === "object" && one !== null && BIG in one ? BigInt(one[BIG] as string) : one,
  );
}
