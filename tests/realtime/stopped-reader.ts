import { spawn } from "node:child_process";
import { join } from "node:path";
import { until } from "@plinth/core/testing";

export interface StoppedReader {
  /** What it has received, a character for each byte. */
  received(): string;
  hasEnded(): boolean;
  /** Reads on. */
  resume(): void;
  kill(): void;
}

/**
 * Sends the bytes, and reads nothing more once `seen` has come: its process stands still, as a socket that is only paused goes on
 * reading for a while.
 */
export async function stoppedReader(
  url: string,
  sends: readonly (string | Buffer)[],
  seen: string,
): Promise<StoppedReader> {
  const bytes = sends.map((part) => Buffer.from(part as string).toString("base64"));
  const program = join(import.meta.dirname, "reader-process.ts");
  const child = spawn(process.execPath, [program, new URL(url).port, ...bytes], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let received = "";
  let ended = false;
  child.stdout.setEncoding("latin1").on("data", (text) => (received += text));
  child.stdout.on("close", () => (ended = true));
  await until(() => received.includes(seen), `${seen} in what was received`);
  child.kill("SIGSTOP");
  return {
    received: () => received,
    hasEnded: () => ended,
    resume: () => child.kill("SIGCONT"),
    kill: () => child.kill("SIGKILL"),
  };
}
