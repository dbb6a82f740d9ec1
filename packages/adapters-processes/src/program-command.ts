/** How the processes are started, of one runtime. */
export interface ProgramCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** All of their environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** A command by the memory of its programs. The last argument is what it runs. */
export type ProgramCommandFor = (memoryBytes: number) => ProgramCommand;
