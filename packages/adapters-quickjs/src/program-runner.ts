import type { QuickjsEngine } from "./engine.ts";
import { memorySize, openInstance } from "./instance.ts";
import { MemoryPool } from "./memory-pool.ts";
import type { PackedOutcome, PackedProgram, ProgramHost } from "./packed-program.ts";
import { type RealmImage, realmImage } from "./realm-image.ts";
import { Run } from "./run.ts";
import { VersionImages } from "./version-images.ts";

export type ProgramRunner = (program: PackedProgram, host: ProgramHost) => Promise<PackedOutcome>;

/**
 * Runs programs in this thread. Each run has an instance of its own, which is thrown away at its end. It begins with a copy of what is the same for all:
 * the globals, and, of a version that runs again, what its module has evaluated.
 */
export function programRunner(engine: QuickjsEngine): ProgramRunner {
  const versions = new VersionImages();
  const memories = new MemoryPool();
  let realm: Promise<RealmImage> | undefined;
  const prepared = (module: WebAssembly.Module): Promise<RealmImage> =>
    (realm ??= realmImage(module).catch((error: unknown) => {
      realm = undefined;
      throw error;
    }));
  return async (program, host) => {
    const module = await engine();
    const { image = await prepared(module), keep } = versions.find(program);
    const { memoryBytes } = program.limits;
    const size = memorySize(memoryBytes, image);
    const memory = memories.take(size);
    const instance = await openInstance(module, { memory, memoryBytes, image, isWatched: keep !== undefined });
    const outcome = await new Run({ instance, image, program, host, keep }).outcome();
    memories.give(memory, size);
    return outcome;
  };
}
