/** Lines that stand out of the log around them. */
export const inMargin = (lines: readonly string[]): string => lines.map((line) => `  | ${line}`.trimEnd()).join("\n");
