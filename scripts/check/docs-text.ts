// Texts that no file may contain, and texts that some must contain.
import { matches } from "./files.ts";
import type { Problem } from "./problem.ts";
import { GENERATED, TRACES } from "./rules.ts";

interface Text {
  file: string;
  text: string;
}

/** Paths of one machine and addresses of one registry are useless to other people. */
export function checkTraces(texts: readonly Text[]): Problem[] {
  return texts.flatMap(({ file, text }) =>
    text.split("\n").flatMap((content, i) => {
      const trace = TRACES.find(({ pattern }) => pattern.test(content));
      return trace ? [{ file, line: i + 1, message: `holds ${trace.name}` }] : [];
    }),
  );
}

/** Nobody should edit by hand what a command overwrites. */
export function checkGenerated(texts: readonly Text[]): Problem[] {
  return texts
    .filter(({ file, text }) => GENERATED.some((glob) => matches(file, glob)) && !/generated/i.test(firstLine(text)))
    .map(({ file }) => ({ file, line: 1, message: "is generated, and its first line does not say so" }));
}

/** A generated page equals its source; its first line names the command. */
export function checkSame(file: string, text: string, generated: string): Problem[] {
  return text === generated ? [] : [{ file, line: 1, message: "is not what the command in its first line writes" }];
}

function firstLine(text: string): string {
  return text.slice(0, text.indexOf("\n") + 1 || undefined);
}

/** CI installs system packages by the same line as in the README. */
export function checkInstallLine(ci: string, readme: string): Problem[] {
  const line = ci.match(/apt-get update && apt-get install -y [^)"'\n]+/)?.[0].trim();
  if (!line) return [{ file: ".ci/run", message: "has no apt-get line" }];
  return readme.includes(line)
    ? []
    : [{ file: "README.md", message: `does not give the line that .ci/run uses: ${line}` }];
}
