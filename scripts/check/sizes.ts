// Small files: a file that has outgrown one purpose fails. Pure: sources in, problems out.
import type { Source } from "./files.ts";
import type { Problem } from "./problem.ts";
import { LINES } from "./rules.ts";

export function checkSizes(sources: readonly Pick<Source, "file" | "text">[]): Problem[] {
  return sources.flatMap(({ file, text }): Problem[] => {
    const lines = text.trimEnd().split("\n").length;
    if (file.includes("/src/entries/") && lines > LINES.entry) {
      return [
        { file, message: `${lines} lines; an entry has at most ${LINES.entry}: what grows belongs in platform/` },
      ];
    }
    if (lines <= LINES.file) return [];
    return [{ file, message: `${lines} lines; a file has at most ${LINES.file}: split it by subject` }];
  });
}
