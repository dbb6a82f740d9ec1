/** A program that does jobs, and is asked by lines of JSON: `{ id, command, … }` is answered by `{ id }` or `{ id, failed }`. A job that begins is `{ began, at }`. */
import type { Began } from "./queue.ts";

export interface WorkerProgram {
  readonly pid: number;
  ask(command: string, input?: object): Promise<void>;
  kill(): Promise<void>;
}

interface Line {
  readonly id?: number;
  readonly failed?: string;
  readonly began?: number;
  readonly at?: number;
}

/** Resolves when it has said that it is ready. */
export async function startProgram(command: readonly string[], began: Began): Promise<WorkerProgram> {
  const child = Bun.spawn([...command], { stdin: "pipe", stdout: "pipe", stderr: "inherit" });
  const waiting = new Map<number, PromiseWithResolvers<void>>();
  const ready = Promise.withResolvers<void>();
  let last = 0;
  const hear = ({ id, failed, began: n, at }: Line): void => {
    if (n !== undefined) began(n, at!);
    else if (id === undefined) ready.resolve();
    else if (failed === undefined) waiting.get(id)?.resolve();
    else waiting.get(id)?.reject(new Error(failed));
    if (id !== undefined) waiting.delete(id);
  };
  void (async () => {
    let rest = "";
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop()!;
      for (const line of lines) hear(JSON.parse(line) as Line);
    }
    const ended = new Error("the program has ended");
    ready.reject(ended);
    for (const { reject } of waiting.values()) reject(ended);
  })();
  await ready.promise;
  return {
    pid: child.pid,
    ask(command, input = {}) {
      const id = ++last;
      const answer = Promise.withResolvers<void>();
      waiting.set(id, answer);
      child.stdin.write(`${JSON.stringify({ id, command, ...input })}\n`);
      child.stdin.flush();
      return answer.promise;
    },
    async kill() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}
