import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

export const ROOT = path.dirname(path.dirname(import.meta.dir));

/** The compiler that this repository uses. */
export const OWN_COMPILER: readonly string[] = [path.join(ROOT, "node_modules/.bin/tsc")];

/** What a compiler says about a program with `--extendedDiagnostics`. */
export interface Compiled {
  /** All errors, with the lines that explain them. */
  readonly errors: string;
  readonly instantiations: number;
  readonly types: number;
  /** KiB, of the compiler itself. */
  readonly memory: number;
  /** Seconds, of the compiler itself. */
  readonly seconds: number;
  /** Seconds of all cores. */
  readonly cpu: number;
}

/** Plinth's client from its source, for a program in the cache. */
export const PLINTH_PATHS = {
  "@plinth/client": ["../../../packages/client/src/index.ts"],
  "@plinth/core": ["../../../packages/core/src/index.ts"],
};

/** Writes a program to a folder of the cache, compiles it, and leaves it there to be looked at. */
export async function compile(
  name: string,
  files: Readonly<Record<string, string>>,
  compiler: readonly string[],
  paths: Readonly<Record<string, readonly string[]>>,
): Promise<Compiled> {
  const folder = path.join(ROOT, ".cache", "types", name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(folder, file), text);
  const compilerOptions = { ...OPTIONS, paths };
  writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  const child = Bun.spawn([...compiler, "-p", folder, "--extendedDiagnostics", "--pretty", "false"], {
    cwd: folder,
    stdout: "pipe",
    stderr: "pipe",
  });
  const output = await new Response(child.stdout).text();
  await child.exited;
  const { cpuTime } = child.resourceUsage()!;
  const figure = (label: string): number => Number(new RegExp(`^${label}:\\s+([\\d.]+)`, "m").exec(output)?.[1]);
  const errors = output.split("\n").filter((line) => /error TS\d+|^ +\S/.test(line));
  return {
    errors: errors.join("\n"),
    instantiations: figure("Instantiations"),
    types: figure("Types"),
    memory: figure("Memory used"),
    seconds: figure("Total time"),
    cpu: Number(cpuTime.total) / 1e6,
  };
}

/** Those of a program that uses a client, with all strictness. */
const OPTIONS = {
  target: "ES2022",
  module: "ESNext",
  moduleResolution: "bundler",
  lib: ["ES2024", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
  types: [],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  noEmit: true,
};
