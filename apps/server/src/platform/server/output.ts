/**
 * What the process writes. The streams of its outputs load with the first line that needs one: on Bun they are a twentieth of a start.
 * The program that reads an output may have ended, such as a `head` behind a pipe; the server goes on without.
 */
import { writeSync } from "node:fs";
import process from "node:process";

type StandardOutput = "stdout" | "stderr";

const used = new Set<StandardOutput>();

function streamOf(output: StandardOutput): NodeJS.WriteStream {
  const stream = process[output];
  if (!used.has(output)) stream.on("error", () => {});
  used.add(output);
  return stream;
}

export function writeOut(text: string): void {
  streamOf("stdout").write(text);
}

export function writeError(text: string): void {
  streamOf("stderr").write(text);
}

/** Writes a short text to the standard output before the first use of its stream. */
export function writeFirst(text: string): void {
  if (used.has("stdout")) {
    writeOut(text);
    return;
  }
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  try {
    while (at < bytes.length) at += writeSync(1, bytes, at);
  } catch (error) {
    // A pipe that is full takes the rest later.
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") streamOf("stdout").write(bytes.subarray(at));
  }
}
