/** The clients of the trial, which are installed on first use, and the proxy that cuts their connections. */
import { join } from "node:path";
import { npmFolder, pythonPrograms } from "../installed.ts";

/** What `tus-js.mjs` prints. */
export interface SentByNode {
  /** The paths of those for which there was time. */
  readonly begun: string[];
  readonly statuses: Readonly<Record<string, number>>;
  readonly renewals: number;
  readonly restarts: number;
  /** The status and the body of each. */
  readonly refused: string[];
  readonly failed: string[];
}

/** `mean`: the bytes that a connection carries on average. Its first line is its port; the one at its end, how many connections it has cut. */
export function startProxy(node: string, mean: number, ports: readonly number[]) {
  const program = join(import.meta.dirname, "cutting-proxy.mjs");
  const child = Bun.spawn([node, program, String(mean), ...ports.map(String)], { stdout: "pipe" });
  const reader = child.stdout.getReader();
  const line = async () => new TextDecoder().decode((await reader.read()).value).trim();
  return { line, stop: () => child.kill() };
}

/** A folder with tus-js-client. */
export const tusJsFolder = (): string => npmFolder("tus", ["tus-js-client@4.3.1"]);

/** A Python with tuspy. */
export const pythonWithTus = (): string => join(pythonPrograms("tuspy", ["tuspy==1.1.0"]), "python");
