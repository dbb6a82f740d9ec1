/** A driver in another process: one line of JSON a request, one an answer. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { DataError, type SqlDriver, type SqlResult } from "@plinth/core";
import { type Answer, decode, encode, type Request } from "./wire.ts";

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** The first line that the program writes describes its driver. */
export async function remoteDriver(program: string, args: readonly string[]): Promise<SqlDriver> {
  const child: ChildProcess = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  const waiting: Waiting[] = [];
  const lines = createInterface({ input: child.stdout! });
  const described = new Promise<Pick<SqlDriver, "name" | "dialect" | "capabilities">>((resolve, reject) => {
    waiting.push({ resolve: resolve as Waiting["resolve"], reject });
  });
  let ended: Error | undefined;
  child.once("exit", (code) => {
    ended = new Error(`${program} ended with ${code}`);
    for (const one of waiting.splice(0)) one.reject(ended);
  });
  lines.on("line", (line) => {
    const answer = decode(line) as Answer;
    const one = waiting.shift();
    if ("error" in answer) one?.reject(new DataError(answer.error.kind, answer.error));
    else one?.resolve(answer.value);
  });
  const ask = <T>(request: Request): Promise<T> =>
    new Promise((resolve, reject) => {
      if (ended) throw ended;
      waiting.push({ resolve: resolve as Waiting["resolve"], reject });
      child.stdin!.write(`${encode(request)}\n`);
    });
  return {
    ...(await described),
    lifetime: "process",
    all: async (query) => (await ask<SqlResult>({ kind: "all", queries: [query] })).rows,
    run: (query) => ask<SqlResult>({ kind: "run", queries: [query] }),
    batch: (queries) => ask<SqlResult[]>({ kind: "batch", queries }),
    async close() {
      child.stdin!.end();
      child.kill();
    },
  };
}
