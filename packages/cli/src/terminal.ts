import { text } from "node:stream/consumers";

/** The program's output: results to `out`, everything else to `err`. */
export interface Terminal {
  /** Resolves when there is room for more. */
  out(data: string | Uint8Array): Promise<void>;
  err(text: string): void;
  /** All of the standard input. */
  input(): Promise<string>;
  /** `err` is a terminal, where a line can be redrawn. */
  readonly live: boolean;
  readonly width: number;
}

export function processTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  // The reader of the output may stop early, as `head` does.
  stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 2));
  return {
    out: (data) => new Promise((resolve) => (stdout.write(data) ? resolve() : stdout.once("drain", () => resolve()))),
    err: (text) => {
      stderr.write(text);
    },
    input: () => text(stdin),
    live: stderr.isTTY === true,
    width: stderr.columns || 120,
  };
}
