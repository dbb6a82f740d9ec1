import type { PackedOutcome, PackedProgram, ProgramHost } from "@plinth/core/sandbox";
import { memorySize, openInstance } from "./instance.ts";
import { MemoryPool } from "./memory-pool.ts";
import type { PreparedQuickjs } from "./prepared.ts";
import { Run } from "./run.ts";
import { VersionImages } from "./version-images.ts";

export type PackedRunner = (program: PackedProgram, host: ProgramHost) => Promise<PackedOutcome>;

/**
 * Runs programs in this thread. Each run has an instance of its own, which is thrown away at its end. It begins with a copy of what is the same for all:
 * the globals, and, of a version that runs often, what its module has evaluated.
 */
export function programRunner(prepared: () => Promise<PreparedQuickjs>, versions = new VersionImages()): PackedRunner {
  const memories = new MemoryPool();
  return async (program, host) => {
    const { module, realm } = await prepared();
    const { image = realm, evaluation } = versions.find(program);
    const { memoryBytes } = program.limits;
    const size = memorySize(memoryBytes, image);
    const memory = memories.take(size);
    const isWatched = evaluation?.isKept ?? false;
    const instance = await openInstance(module, { memory, memoryBytes, image, isWatched });
    const outcome = await new Run({ instance, image, program, host, evaluation }).outcome();
    memories.give(memory, size);
    return outcome;
  };
}
