/** Runs statements of the console in processes of their own, which are killed at their time limit. */
import process from "node:process";
import { type ConsoleRows, DataError, type SqlDriver } from "@plinth/core";
import { COMMITTING, READY, type StatementAnswer, type StatementOrder } from "./serve-statement.ts";
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
  // On Bun, the module is a script that a start need not wait for.
  const { spawn } = process.getBuiltinModule("node:child_process");
  const child = spawn(command[0]!, command.slice(1), {
    stdio: ["pipe", "pipe", "ignore"],
    env: { PATH, HOME, TMPDIR },
  });
  return new Promise<ConsoleRows>((resolve, reject) => {
    let text = "";
    let ready = false;
    let ended: DataError | undefined;
    let timer = setTimeout(
      () => end(new DataError("unavailable", { message: "no process started in time" })),
      START_MS,
    );
    /** What it has written until then is read first: a write may be done. */
    const end = (error: DataError): void => {
      clearTimeout(timer);
      ended ??= error;
      child.kill("SIGKILL");
    };
    child.on("error", (cause) => {
      clearTimeout(timer);
      reject(new DataError("unavailable", { cause }));
    });
    child.stdin.on("error", () => {});
    child.stdin.end(JSON.stringify(order));
    child.stdout.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
      if (text.length > order.maxBytes * ANSWER_FACTOR + 65_536) return end(new DataError("too_many_bytes"));
      if (ready || !text.startsWith(`${READY}\n`)) return;
      ready = true;
      clearTimeout(timer);
      timer = setTimeout(() => end(new DataError("time_limit")), order.timeLimitMs);
    });
    child.on("close", () => {
      clearTimeout(timer);
      settle(text, ended, resolve, reject);
    });
  });
}

/** `ended`: why the process was killed, if it was. */
function settle(
  text: string,
  ended: DataError | undefined,
  resolve: (rows: ConsoleRows) => void,
  reject: (error: DataError) => void,
): void {
  const lines = text.split("\n");
  const answer = answerIn(lines);
  if (!answer) {
    const message = "the process of the statement has ended";
    if (lines.includes(COMMITTING)) reject(new DataError("outcome_unknown", { cause: ended, message }));
    else reject(ended ?? new DataError("unavailable", { message }));
  } else if ("failure" in answer) reject(mapSqliteError(new Error(answer.failure)));
  else resolve(answer);
}

/** Undefined: it is cut, or something else was written. */
function answerIn(lines: readonly string[]): StatementAnswer | undefined {
  // Whole lines end with a line break, which leaves an empty text.
  if (lines.at(-1) !== "") return undefined;
  const last = lines.at(-2);
  if (last === undefined || last === READY || last === COMMITTING) return undefined;
  try {
    return JSON.parse(last) as StatementAnswer;
  } catch {
    return undefined;
  }
}
