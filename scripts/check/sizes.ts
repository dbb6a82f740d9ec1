// Small files: a warning early, a failure where a file has become too large for one purpose. Pure: sources in, problems
// out.
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
    if (lines <= LINES.warn) return [];
    if (lines <= LINES.fail)
      return [{ file, message: `${lines} lines; aim for ${LINES.warn} or fewer`, warning: true }];
    return [{ file, message: `${lines} lines; at most ${LINES.fail}` }];
  });
}
