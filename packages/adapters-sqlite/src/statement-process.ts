/** Runs statements of the console in processes of their own, which are killed at their time limit. */
import { spawn } from "node:child_process";
import { type ConsoleRows, type ConsoleStatement, DataError, type SqlDriver } from "@plinth/core";
import { READY, type StatementAnswer, type StatementOrder } from "./serve-statement.ts";
import type { SqliteOptions } from "./sqlite-driver.ts";
import { mapSqliteError } from "./sqlite-errors.ts";

/** How long a process may take to start: a busy machine is slow. */
const START_MS = 15_000;
/** JSON takes more bytes than the values in it. */
const ANSWER_FACTOR = 8;

/** A database in memory belongs to one connection, and nobody may stop that. */
export function statementConsole({ path, statementCommand }: SqliteOptions): Pick<SqlDriver, "console"> {
  if (!statementCommand || path === ":memory:" || path === "" || path.startsWith("file:")) return {};
  return { console: (statement) => runStatement(statementCommand, { ...statement, path }) };
}

function runStatement(command: readonly string[], order: StatementOrder): Promise<ConsoleRows> {
  const { PATH = "", HOME = "", TMPDIR = "" } = process.env;
  const child = spawn(command[0]!, command.slice(1), {
    stdio: ["pipe", "pipe", "ignore"],
    env: { PATH, HOME, TMPDIR },
  });
  return new Promise<ConsoleRows>((resolve, reject) => {
    let text = "";
    let ready = false;
    let timer = setTimeout(
      () => end(new DataError("unavailable", { message: "no process started in time" })),
      START_MS,
    );
    const end = (error: DataError): void => {
      clearTimeout(timer);
      child.kill("SIGKILL");
      reject(error);
    };
    child.on("error", (cause) => end(new DataError("unavailable", { cause })));
    child.stdin.on("error", () => {});
    child.stdin.end(JSON.stringify(order));
    child.stdout.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
      if (text.length > order.maxBytes * ANSWER_FACTOR + 65_536) end(new DataError("too_many_bytes"));
      if (ready || !text.startsWith(`${READY}\n`)) return;
      ready = true;
      clearTimeout(timer);
      timer = setTimeout(() => end(new DataError("time_limit")), order.timeLimitMs);
    });
    child.on("close", () => {
      clearTimeout(timer);
      settle(text.slice(ready ? READY.length + 1 : 0), order, resolve, reject);
    });
  });
}

function settle(
  text: string,
  { writes }: ConsoleStatement,
  resolve: (rows: ConsoleRows) => void,
  reject: (error: DataError) => void,
): void {
  const answer = answerIn(text);
  if (!answer) {
    const kind = writes ? "outcome_unknown" : "unavailable";
    reject(new DataError(kind, { message: "the process of the statement has ended" }));
  } else if ("failure" in answer) reject(mapSqliteError(new Error(answer.failure)));
  else resolve(answer);
}

/** Undefined: it is cut, or something else was written. */
function answerIn(text: string): StatementAnswer | undefined {
  if (!text.endsWith("\n")) return undefined;
  try {
    return JSON.parse(text) as StatementAnswer;
  } catch {
    return undefined;
  }
}
