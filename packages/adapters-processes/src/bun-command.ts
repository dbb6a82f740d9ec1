import process from "node:process";
import { CHILD } from "./child-program.ts";
import type { ProgramCommand } from "./program-command.ts";

/** A compiled program is Bun too, where this is set: https://bun.sh/docs/bundler/executables */
const env = { BUN_BE_BUN: "1", BUN_RUNTIME_TRANSPILER_CACHE_PATH: "0", DO_NOT_TRACK: "1" };

/** Bun has neither rights that can be taken away nor a limit of its heap: the memory is watched from outside. */
export function bunCommand(_memoryBytes: number): ProgramCommand {
  return { program: process.execPath, args: ["--smol", "--no-install", "--eval", CHILD], env };
}
