// Runs a program to its end and captures its output, to be shown only if it failed.
import { spawn } from "node:child_process";

/** Resolves to `{ code, output }`; if the program could not be started, code is null and the output is the reason. */
export function capture(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const keep = (chunk) => {
      output += chunk;
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error) => resolve({ code: null, output: error.message }));
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

/** The last lines of a program's output, indented below the message that says what failed. */
export function tail(output, lines = 15) {
  const kept = output.trimEnd().split("\n").slice(-lines);
  return kept.map((line) => `  ${line}`).join("\n");
}
