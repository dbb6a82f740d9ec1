import type { TrustedRuntime } from "@plinth/core";
import { ProgramPlaces, packedCall, packedProgram, unpackedOutcome } from "@plinth/core/sandbox";
import { type FunctionProcess, startProcess } from "./function-process.ts";
import { ProcessPool } from "./process-pool.ts";
import type { ProgramCommandFor } from "./program-command.ts";
import { ProgramRun } from "./program-run.ts";

export interface ProcessRuntimeOptions {
  readonly command: ProgramCommandFor;
  /** Programs at once; further ones wait. Default 8. */
  readonly atOnce?: number;
}

/**
 * Runs programs by the runtime of the server itself, each function in processes of its own. The kernel limits their time, and their memory is watched. It runs on
 * Linux, whose kernel says what a process takes.
 *
 * @example
 * const trusted = processRuntime({ command: nodeCommand });
 */
export function processRuntime({ command, atOnce = 8 }: ProcessRuntimeOptions): TrustedRuntime & ProcessCount {
  const places = new ProgramPlaces(atOnce);
  // Programs that others wait for have as many places again.
  const pool = new ProcessPool(2 * atOnce);
  return {
    name: "processes",
    get processes() {
      return pool.size;
    },
    run: (program) =>
      places.use(program, async () => {
        const { limits, version, calls, signal } = program;
        const wanted = {
          key: `${version} ${limits.memoryBytes}`,
          canRun: (child: FunctionProcess) => child.mayCompute(limits.cpuMs),
          start: () => startProcess(command(limits.memoryBytes), limits.valueBytes),
        };
        const host = { call: packedCall(calls, limits), signal };
        const run = () =>
          pool.use(wanted, async (child) => {
            const outcome = await new ProgramRun(child, packedProgram(program), host).outcome();
            if (version === undefined || (await isHeavy(child))) await child.kill();
            return outcome;
          });
        return unpackedOutcome(await run());
      }),
    close: () => pool.close(),
  };
}

/** Node keeps each module for ever, and so what a realm holds: https://github.com/nodejs/node/issues/59118 */
const KEPT_BYTES = 32 * 1024 ** 2;

/** Whether earlier runs have left so much that a new process is better. */
async function isHeavy(child: FunctionProcess): Promise<boolean> {
  const first = await child.ready.catch(() => undefined);
  const now = child.usage();
  return first !== undefined && now !== undefined && now.memoryBytes > first.memoryBytes + KEPT_BYTES;
}

interface ProcessCount {
  /** Those that there are at the moment. */
  readonly processes: number;
}
