import { run } from "../src/run.ts";

/** Runs a command in this process: much faster than a program of its own. */
export async function runHere(
  words: readonly string[],
  env: Record<string, string> = {},
  input = "",
): Promise<{ code: number; out: string; err: string }> {
  let out = "";
  let err = "";
  const code = await run(words, env, {
    async out(data) {
      out += typeof data === "string" ? data : new TextDecoder().decode(data);
    },
    err(text) {
      err += text;
    },
    input: async () => input,
    live: false,
    width: 120,
  });
  return { code, out, err };
}
