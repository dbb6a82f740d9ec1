import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { difference, type Example, lastJson } from "./page.ts";
import type { PageServer } from "./server.ts";

// A refused request is a failed command. Where a page shows a refusal, it says so with `curl --no-fail`.
const PRELUDE = `set -euo pipefail
curl() {
  local arguments=() fail=--fail-with-body
  for argument in "$@"; do
    if [ "$argument" = --no-fail ]; then fail=--; else arguments+=("$argument"); fi
  done
  if [ "$fail" = -- ]; then command curl -sS "\${arguments[@]}"; else command curl -sS "$fail" "\${arguments[@]}"; fi
}
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
    ({ code }, i) => `{\n${code}\n} > "${out}/${i}.out" 2> "${out}/${i}.err"\n: > "${out}/${i}.done"\n`,
  );
  writeFileSync(path.join(out, "page.sh"), PRELUDE + blocks.join(""));
  const { HOME, PATH } = process.env;
  const shell = Bun.spawn(["bash", path.join(out, "page.sh")], {
    cwd: server.folder,
    env: { HOME, PATH: `${path.dirname(process.execPath)}:${PATH}`, PLINTH_URL: server.url, ...env },
    stdin: "ignore",
    stdout: "inherit",
    stderr: "inherit",
  });
  await shell.exited;
  return examples.flatMap((example, i) => {
    const read = (kind: string): string => {
      const file = path.join(out, `${i}.${kind}`);
      return existsSync(file) ? readFileSync(file, "utf8") : "";
    };
    if (existsSync(path.join(out, `${i}.done`))) return judge(example, read("out"));
    const started = existsSync(path.join(out, `${i}.out`));
    return started ? [`line ${example.line}: failed with ${read("out").trim()} ${read("err").trim()}`] : [];
  });
}

function judge({ line, expected }: Example, output: string): string[] {
  if (expected === undefined) return [];
  const problem = difference(expected, lastJson(output));
  return problem ? [`line ${line}: ${problem}; it printed ${output.trim().slice(0, 2000)}`] : [];
}
