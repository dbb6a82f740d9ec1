/** The clients of the trial, which are installed on first use, and the proxy that cuts their connections. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const CACHE = join(import.meta.dirname, "../../.cache");

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
export function tusJsFolder(): string {
  const folder = join(CACHE, "tus");
  if (!existsSync(join(folder, "node_modules/tus-js-client"))) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), "{}");
    run("npm", ["install", "--silent", "--prefix", folder, "tus-js-client@4.3.1"]);
  }
  return folder;
}

/** A Python with tuspy. */
export function pythonWithTus(): string {
  const folder = join(CACHE, "tuspy");
  const python = join(folder, "bin/python");
  if (!existsSync(python)) {
    run("python3", ["-m", "venv", folder]);
    run(python, ["-m", "pip", "install", "--quiet", "tuspy==1.1.0"]);
  }
  return python;
}

function run(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, [...args], { stdio: "inherit" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed`);
}
