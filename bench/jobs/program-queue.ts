import type { Began, Queue } from "./queue.ts";
import { startProgram, type WorkerProgram } from "./worker-program.ts";

export interface ProgramQueueOptions extends Pick<Queue, "name" | "send" | "insert"> {
  /** Starts a program that does jobs when it is asked to `work`. */
  readonly worker: readonly string[];
  /** Ends what else was started. */
  close(): Promise<void>;
}

/** A queue whose worker is a program of its own. */
export async function programQueue({ name, send, insert, worker, close }: ProgramQueueOptions): Promise<Queue> {
  let told: Began = () => {};
  const start = (): Promise<WorkerProgram> => startProgram(worker, (n, at) => told(n, at));
  let program = await start();
  const renewWorker = async (): Promise<void> => {
    await program.kill();
    program = await start();
  };
  return {
    ...{ name, send, insert, renewWorker },
    get workerPid() {
      return program.pid;
    },
    async work(began) {
      told = began;
      await program.ask("work");
    },
    async killWorker() {
      await renewWorker();
      await program.ask("work");
    },
    async stop() {
      await program.kill();
      await close();
    },
  };
}
