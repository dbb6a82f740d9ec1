import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isObject, type Json } from "@plinth/core";
import { difference, type Example, lastJson } from "./page.ts";
import type { PageServer } from "./server.ts";

const PAGE_MS = 240_000;

// A refused request is a failed command, but where the page shows the refusal.
const PRELUDE = `set -euo pipefail
curl() { command curl -sS $ON_REFUSAL "$@"; }
`;

/** Runs a page's examples in one shell, in order; gives back what went wrong, by line of the page. */
export async function runPage(
  examples: readonly Example[],
  server: PageServer,
  env: Record<string, string>,
): Promise<string[]> {
  const out = path.join(server.folder, ".examples");
  mkdirSync(out, { recursive: true });
  const blocks = examples.map(
    ({ code, expected }, i) =>
      `ON_REFUSAL=${isRefusal(expected) ? "" : "--fail-with-body"}\n{\n${code}\n} > "${out}/${i}.out" 2> "${out}/${i}.err"\n: > "${out}/${i}.done"\n`,
  );
  writeFileSync(path.join(out, "page.sh"), PRELUDE + blocks.join(""));
  const shell = Bun.spawn(["bash", path.join(out, "page.sh")], {
    cwd: server.folder,
    env: {
      ...process.env,
      PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`,
      PLINTH_URL: server.url,
      // What `plinth login` keeps.
      XDG_CONFIG_HOME: server.folder,
      ...env,
    },
    stdin: "ignore",
    stdout: "inherit",
    stderr: "inherit",
  });
  const timer = setTimeout(() => shell.kill("SIGKILL"), PAGE_MS);
  await shell.exited;
  clearTimeout(timer);
  return examples.flatMap((example, i) => {
    const read = (kind: string): string => {
      const file = path.join(out, `${i}.${kind}`);
      return existsSync(file) ? readFileSync(file, "utf8") : "";
    };
    if (existsSync(path.join(out, `${i}.done`))) return checkOutput(example, read("out"));
    const started = existsSync(path.join(out, `${i}.out`));
    return started ? [`line ${example.line}: failed with ${read("out").trim()} ${read("err").trim()}`] : [];
  });
}

function isRefusal(expected: Json | undefined): boolean {
  return isObject(expected) && "error" in expected;
}

function checkOutput({ line, expected }: Example, output: string): string[] {
  if (expected === undefined) return [];
  const problem = difference(expected, lastJson(output));
  return problem ? [`line ${line}: ${problem}; it printed ${output.trim().slice(0, 2000)}`] : [];
}
