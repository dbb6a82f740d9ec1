import type { Sandbox } from "@plinth/core";
import { ProgramPlaces, packedCall, packedProgram, unpackedOutcome } from "@plinth/core/sandbox";
import type { QuickjsEngine } from "./engine.ts";
import { preparedBy } from "./prepared.ts";
import { programRunner } from "./program-runner.ts";
import { VersionImages, type VersionImagesOptions } from "./version-images.ts";

export interface QuickjsSandboxOptions {
  readonly engine: QuickjsEngine;
  /** Programs at once; further ones wait. Each has a memory of 16 MB and more. Default 8. */
  readonly atOnce?: number;
  readonly versions?: VersionImagesOptions;
}

/** QuickJS, compiled to WebAssembly, in this thread. It is loaded with the first program. */
export function quickjsSandbox({ engine, atOnce = 8, versions }: QuickjsSandboxOptions): Sandbox {
  const places = new ProgramPlaces(atOnce);
  const run = programRunner(preparedBy(engine), new VersionImages(versions));
  return {
    name: "quickjs",
    capabilities: {},
    run: (program) =>
      places.use(program, async () => {
        const host = { call: packedCall(program.calls, program.limits), signal: program.signal };
        return unpackedOutcome(await run(packedProgram(program), host));
      }),
  };
}
