import { text } from "node:stream/consumers";

/** The program's output: results to `out`, everything else to `err`. */
export interface Terminal {
  /** Resolves when there is room for more. */
  out(data: string | Uint8Array): Promise<void>;
  err(text: string): void;
  /** All of the standard input. */
  input(): Promise<string>;
  /** Asks a person; undefined where there is none to ask. A hidden answer is not shown. */
  ask(question: string, form?: "hidden"): Promise<string | undefined>;
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
    ask: (question, form) => (stdin.isTTY ? askPerson(question, form === "hidden") : Promise.resolve(undefined)),
    live: stderr.isTTY === true,
    width: stderr.columns || 120,
  };
}

const CONTROL_C = "\u0003";
const CONTROL_D = "\u0004";
const BACKSPACES = ["\u007f", "\b"];

/** One line, key by key, because only a raw terminal shows nothing of what is typed. */
function askPerson(question: string, isHidden: boolean): Promise<string> {
  const { stdin, stderr } = process;
  // First of all: what is typed before it would be shown.
  stdin.setRawMode(true);
  stdin.setEncoding("utf8");
  stderr.write(question);
  let line = "";
  return new Promise((resolve) => {
    const end = (): void => {
      stdin.off("data", read);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write("\n");
    };
    const read = (data: string): void => {
      for (const key of data) {
        if (key === CONTROL_C || (key === CONTROL_D && line === "")) {
          end();
          process.exit(130);
        }
        if (key === "\r" || key === "\n") {
          end();
          resolve(line);
          return;
        }
        const isErased = BACKSPACES.includes(key);
        if (!isErased && key < " ") continue;
        if (!isHidden) stderr.write(isErased ? (line === "" ? "" : "\b \b") : key);
        line = isErased ? [...line].slice(0, -1).join("") : line + key;
      }
    };
    stdin.on("data", read);
    stdin.resume();
  });
}
