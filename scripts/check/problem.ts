/** One problem, and its position. A warning is shown but fails nothing. */
export interface Problem {
  file: string;
  line?: number;
  message: string;
  warning?: boolean;
}

export function show({ file, line, message, warning }: Problem): string {
  return `${warning ? "warning: " : ""}${file}${line ? `:${line}` : ""}: ${message}`;
}
