import { expect, test } from "bun:test";
import { runHere } from "./in-process.ts";

const script = async (shell: string): Promise<string> => (await runHere(["completions", shell])).out;

/** What bash offers after these words; the last one is being written. */
async function offered(...words: string[]): Promise<string[]> {
  const line = words.map((word) => `'${word}'`).join(" ");
  const code = `${await script("bash")}
COMP_WORDS=(plinth ${line}); COMP_CWORD=${words.length}; _plinth; echo "\${COMPREPLY[*]}"`;
  const bash = Bun.spawn(["bash", "--norc", "-c", code], { stdout: "pipe", stderr: "pipe" });
  const [out, err] = await Promise.all([new Response(bash.stdout).text(), new Response(bash.stderr).text()]);
  expect([await bash.exited, err]).toEqual([0, ""]);
  return out.trim() === "" ? [] : out.trim().split(" ");
}

test("bash completes commands, their actions, options and values", async () => {
  expect(await offered("ex")).toEqual(["export", "exposure"]);
  expect(await offered("users", "un")).toEqual(["unblock"]);
  expect(await offered("export", "--f")).toEqual(["--format", "--filter", "--fields"]);
  expect(await offered("export", "--format", "")).toEqual(["csv", "json", "ndjson"]);
  expect(await offered("users", "delete", "ann@example.com", "--items", "re")).toEqual(["release"]);
  expect(await offered("help", "workspa")).toEqual(["workspaces"]);
  // Files, by the shell itself.
  expect(await offered("import", "")).toEqual([]);
  expect(await offered("export", "--output", "--")).toEqual([]);
});

test("zsh and fish get every command and option too", async () => {
  const zsh = await script("zsh");
  expect(zsh).toEndWith(await script("bash"));
  expect(zsh).toContain("bashcompinit\n");
  const fish = await script("fish");
  expect(fish).toContain(
    "complete -c plinth -n __fish_use_subcommand -f -a export -d 'write a collection to a file'\n",
  );
  expect(fish).toContain(
    "complete -c plinth -n '__fish_seen_subcommand_from users; and __fish_seen_subcommand_from delete' -l items -xa 'release delete' -d ",
  );
  expect((await runHere(["completions", "tcsh"])).err).toContain("There are completions for bash, zsh, fish");
});
