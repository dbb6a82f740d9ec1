import { run } from "../src/run.ts";

/** Runs a command in this process: much faster than a program of its own. Answers are what a person types. */
export async function runHere(
  words: readonly string[],
  env: Record<string, string> = {},
  input = "",
  answers: readonly string[] = [],
): Promise<{ code: number; out: string; err: string }> {
  let out = "";
  let err = "";
  let asked = 0;
  const code = await run(words, env, {
    async out(data) {
      out += typeof data === "string" ? data : new TextDecoder().decode(data);
    },
    err(text) {
      err += text;
    },
    input: async () => input,
    async ask(question) {
      err += question;
      return answers[asked++];
    },
    live: false,
    width: 120,
  });
  return { code, out, err };
}
