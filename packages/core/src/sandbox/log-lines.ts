import type { SandboxLogLevel, SandboxLogLine } from "../ports/sandbox.ts";

/** What a line costs beside its text. */
const LINE_BYTES = 40;

/** What a program writes to its console, as far as there is room. */
export class LogLines {
  readonly lines: SandboxLogLine[] = [];
  leftOut = 0;
  #left: number;

  constructor(
    maxBytes: number,
    private readonly elapsed: () => number,
  ) {
    this.#left = maxBytes;
  }

  add(level: SandboxLogLevel, text: string): void {
    this.#left -= LINE_BYTES + 2 * text.length;
    if (this.#left < 0) this.leftOut++;
    else this.lines.push({ level, text, ms: Math.round(this.elapsed()) });
  }
}
