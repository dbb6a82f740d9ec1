import process from "node:process";
import { CHILD } from "./child-program.ts";
import type { ProgramCommand } from "./program-command.ts";

/** What the process itself has on its heap, and what earlier runs may have left there. */
const OWN_MEGABYTES = 64;

/** A process without rights to files, processes, threads and native code, whose heap is limited: https://nodejs.org/api/permissions.html */
export function nodeCommand(memoryBytes: number, program: string = process.execPath): ProgramCommand {
  const heap = OWN_MEGABYTES + Math.ceil(memoryBytes / 1024 ** 2);
  const limits = [`--max-old-space-size=${heap}`, "--max-semi-space-size=4"];
  const args = ["--permission", "--experimental-vm-modules", "--no-warnings", ...limits];
  return { program, args: [...args, "--input-type=module", "--eval", CHILD], env: {} };
}
