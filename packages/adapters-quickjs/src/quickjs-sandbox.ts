import type { Sandbox } from "@plinth/core";
import type { QuickjsEngine } from "./engine.ts";
import { runProgram } from "./run.ts";
import { Slots } from "./slots.ts";

export interface QuickjsSandboxOptions {
  readonly engine: QuickjsEngine;
  /** Programs at once; further ones wait. Each has a memory of 16 MB and more. Default 8. */
  readonly atOnce?: number;
}

/** QuickJS, compiled to WebAssembly. It is loaded with the first program. */
export function quickjsSandbox({ engine, atOnce = 8 }: QuickjsSandboxOptions): Sandbox {
  const slots = new Slots(atOnce);
  const patient = new Slots(Math.ceil(atOnce / 2));
  return {
    name: "quickjs",
    capabilities: {},
    run(program) {
      const run = () => slots.use(async () => runProgram(await engine(), program));
      return program.isPatient ? patient.use(run) : run();
    },
  };
}
