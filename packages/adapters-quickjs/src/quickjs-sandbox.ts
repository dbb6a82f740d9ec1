import type { Sandbox } from "@plinth/core";
import { ProgramPlaces, packedCall, packedProgram, unpackedOutcome } from "@plinth/core/sandbox";
import type { QuickjsEngine } from "./engine.ts";
import { programRunner } from "./program-runner.ts";

export interface QuickjsSandboxOptions {
  readonly engine: QuickjsEngine;
  /** Programs at once; further ones wait. Each has a memory of 16 MB and more. Default 8. */
  readonly atOnce?: number;
}

/** QuickJS, compiled to WebAssembly, in this thread. It is loaded with the first program. */
export function quickjsSandbox({ engine, atOnce = 8 }: QuickjsSandboxOptions): Sandbox {
  const places = new ProgramPlaces(atOnce);
  const run = programRunner(engine);
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
