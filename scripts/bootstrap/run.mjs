// Replaces itself by the program, as far as a parent process can: same terminal, same signals, same exit code.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import path from "node:path";
import { openInBrowser, wantsBrowser } from "./open.mjs";
import { Failure } from "./progress.mjs";

/** Runs Bun with `args` to its end and resolves to the exit code. `env`: variables that are not set otherwise. */
export function run(bun, args, { opens, env }) {
  const listens = opens && wantsBrowser(process.env, process.stdout);
  const child = spawn(bun, args, {
    // The server reports its address over this channel: no port is guessed, and its output stays unchanged.
    stdio: listens ? ["inherit", "inherit", "inherit", "ipc"] : "inherit",
    // Programs started from here find the same Bun.
    env: { ...env, ...process.env, PATH: `${path.dirname(bun)}${path.delimiter}${process.env.PATH ?? ""}` },
  });
  if (listens) {
    child.once("message", (message) => {
      if (typeof message?.open === "string") openInBrowser(message.open);
      child.disconnect();
    });
  }
  forwardSignals(child);
  return new Promise((resolve, reject) => {
    child.on("error", (error) => reject(new Failure(`Bun could not be started: ${error.message}`)));
    child.on("exit", (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

const PARENT_CHECK_MS = 300;

function forwardSignals(child) {
  let stopping = false;
  const stop = (signal) => {
    stopping = true;
    child.kill(signal);
  };
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => stop(signal));
  // Ctrl-C on a terminal reaches the whole process group; a second copy would look like a second Ctrl-C.
  process.on("SIGINT", () => {
    stopping = true;
    if (!process.stdin.isTTY) child.kill("SIGINT");
  });
  // npm sends a SIGTERM only to the shell between it and us. The shell dies, and would leave the server running.
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (!stopping && process.ppid !== parent) stop("SIGTERM");
  }, PARENT_CHECK_MS);
  timer.unref();
}
