import { plural } from "@plinth/core";
import type { Terminal } from "./terminal.ts";

const LIVE_MS = 100;
const LINE_MS = 2000;
const BAR = 24;

export interface Done {
  bytes: number;
  rows: number;
  files?: number;
  failed?: number;
}

/** Shows progress: one line that is redrawn on a terminal, a line now and then elsewhere. */
export class Progress {
  #shown = 0;
  readonly #start = performance.now();

  constructor(
    private readonly terminal: Terminal,
    private readonly label: string,
    private readonly totalBytes: number | undefined,
  ) {}

  update(completed: Done): void {
    const now = performance.now();
    if (now - this.#shown < (this.terminal.live ? LIVE_MS : LINE_MS)) return;
    // Without a terminal, short work needs no lines at all.
    if (!this.terminal.live && now - this.#start < LINE_MS) return;
    this.#shown = now;
    this.#write(completed);
  }

  /** The last state; on a terminal the line stays. */
  finish(completed: Done): number {
    const shown = this.#shown > 0;
    if (this.terminal.live || shown) this.#write(completed);
    if (this.terminal.live) this.terminal.err("\n");
    return this.#seconds();
  }

  #seconds(): number {
    return (performance.now() - this.#start) / 1000;
  }

  #write({ bytes, rows, files, failed = 0 }: Done): void {
    const share = this.totalBytes ? Math.min(1, bytes / this.totalBytes) : undefined;
    const parts = [
      this.label.padEnd(9),
      ...(share === undefined
        ? [formatBytes(bytes)]
        : [`${bar(share)} ${String(Math.floor(share * 100)).padStart(3)} %`]),
      ...(rows > 0 ? [rowsOf(rows), `${count(Math.round(rows / this.#seconds()))} rows/s`] : []),
      ...(files === undefined ? [] : [`${count(files)} ${plural(files, "file")}`]),
      ...(failed > 0 ? [`${count(failed)} refused`] : []),
    ];
    const line = parts.join("  ");
    this.terminal.err(this.terminal.live ? `\r${line.slice(0, this.terminal.width - 1)}\x1b[K` : `${line}\n`);
  }
}

function bar(share: number): string {
  const full = Math.round(share * BAR);
  return `[${"█".repeat(full)}${"·".repeat(BAR - full)}]`;
}

export function count(n: number): string {
  return n.toLocaleString("en-US");
}

export function rowsOf(n: number): string {
  return `${count(n)} ${plural(n, "row")}`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
