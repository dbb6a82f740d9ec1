/** If the program could not be started, `code` is null and `output` is the reason. */
export function capture(
  command: string,
  args: readonly string[],
  options?: { cwd?: string; env?: Readonly<Record<string, string | undefined>> },
): Promise<{ code: number | null; output: string }>;
