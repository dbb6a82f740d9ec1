/** Programs of others that are tried, installed into `.cache` on first use. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const CACHE = join(import.meta.dirname, "../.cache");

/** A folder with these packages of npm, as `name@version`. */
export function npmFolder(name: string, packages: readonly string[]): string {
  const folder = join(CACHE, name);
  const named = packages.map((one) => one.slice(0, one.lastIndexOf("@")));
  if (!named.every((one) => existsSync(join(folder, "node_modules", one)))) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), "{}");
    run("npm", ["install", "--silent", "--prefix", folder, ...packages]);
  }
  return folder;
}

/** The folder of the programs of a Python with these packages, as `name==version`. */
export function pythonPrograms(name: string, packages: readonly string[]): string {
  const folder = join(CACHE, name);
  const programs = join(folder, "bin");
  if (!existsSync(join(folder, "installed"))) {
    run("python3", ["-m", "venv", folder]);
    run(join(programs, "python"), ["-m", "pip", "install", "--quiet", ...packages]);
    writeFileSync(join(folder, "installed"), packages.join("\n"));
  }
  return programs;
}

function run(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, [...args], { stdio: "inherit" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed`);
}
