/** One problem, and its position. */
export interface Problem {
  file: string;
  line?: number;
  message: string;
}

export function show({ file, line, message }: Problem): string {
  return `${file}${line ? `:${line}` : ""}: ${message}`;
}
