import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { bySeverity, type Diagnosis, type Env, plural, SEVERITIES } from "@plinth/core";
import packageJson from "../package.json" with { type: "json" };
import type { Api } from "./api.ts";
import type { Call } from "./command.ts";
import type { DOCTOR_OPTIONS } from "./doctor-options.ts";
import { ApiError, CliError } from "./errors.ts";
import { serverProgram, serverSettings } from "./server-program.ts";
import { printableLines } from "./table.ts";

interface DoctorAnswer {
  readonly data: readonly Diagnosis[];
  readonly meta: { readonly version: string; readonly now: string };
}

/** More than two machines with NTP differ by. */
const MOST_SKEW_MS = 5000;
/** Asks the server's program to look at its settings, and to start nothing. */
const CHECK = "--check";

/** `plinth doctor` */
export async function runDoctor(call: Call<typeof DOCTOR_OPTIONS>): Promise<0 | 1> {
  const { values, env } = call;
  const found = values.local ? await localFindings(env) : await remoteFindings(call.api());
  const sorted = bySeverity(found);
  await call.show(sorted, report(sorted));
  const least = SEVERITIES.indexOf(values["fail-on"] ?? "warning");
  return sorted.some(({ severity }) => SEVERITIES.indexOf(severity) <= least) ? 1 : 0;
}

function report(findings: readonly Diagnosis[]): string {
  if (findings.length === 0) return "Nothing is wrong.\n";
  const blocks = findings.map(({ severity, check, subject, message, advice, command }) =>
    printableLines(
      `${severity.toUpperCase()}  ${check}  ${subject}\n  ${message}\n  ${advice}\n${command ? `    ${command}\n` : ""}`,
    ),
  );
  const counts = SEVERITIES.map((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : `${count} ${plural(count, severity)}`;
  });
  return `${blocks.join("\n")}\n${counts.flat().join(", ")}.\n`;
}

async function remoteFindings(api: Api): Promise<Diagnosis[]> {
  const before = Date.now();
  let answer: DoctorAnswer;
  try {
    answer = (await api.manage("GET", "/api/doctor", undefined)) as unknown as DoctorAnswer;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return [refused(api, error)];
  }
  const { data, meta } = answer;
  return [...data, ...versions(meta.version), ...clocks(Date.parse(meta.now), before, Date.now())];
}

function refused({ url }: Api, error: CliError): Diagnosis {
  const finding = { severity: "error", subject: url, message: error.message } as const;
  if (!(error instanceof ApiError)) {
    const advice = "Start the server, and check --url, PORT and HOST, and the proxy and certificate in front of it.";
    return { ...finding, check: "server", advice };
  }
  switch (error.status) {
    case 401:
      return { ...finding, check: "credentials", advice: "Sign in with plinth login, or give another key with --key." };
    case 403: {
      const advice =
        "Ask with a secret key of the workspace, or as its administrator. Owners of the server see the most.";
      return { ...finding, check: "credentials", advice };
    }
    case 404:
      return {
        ...finding,
        check: "server",
        advice: "Update the server: this version has no findings. Or correct --url.",
      };
    case 502:
    case 503:
    case 504: {
      const advice = "The server or its database does not answer: look at its log, and at GET /health/ready.";
      return { ...finding, check: "server", advice };
    }
    default:
      return { ...finding, check: "server", advice: "Look at the server's log." };
  }
}

function versions(theirs: string): Diagnosis[] {
  const ours = packageJson.version;
  if (ours === theirs) return [];
  const message = `The server is Plinth ${theirs}, and this command line ${ours}.`;
  return [{ check: "versions", severity: "warning", subject: "version", message, advice: "Use the same version." }];
}

/** The server has read its clock between the two times. */
function clocks(theirs: number, before: number, after: number): Diagnosis[] {
  const skew = theirs < before ? theirs - before : Math.max(0, theirs - after);
  if (Math.abs(skew) <= MOST_SKEW_MS) return [];
  const seconds = Math.round(Math.abs(skew) / 1000);
  const message = `The server's clock is ${seconds} seconds ${skew > 0 ? "ahead of" : "behind"} this machine's. Tokens and codes depend on it.`;
  return [{ check: "clock", severity: "error", subject: "clock", message, advice: "Let both machines use NTP." }];
}

/** What only the machine of the server can tell. */
async function localFindings(env: Env): Promise<Diagnosis[]> {
  const { command, env: defaults } = serverProgram();
  const child = spawn(command[0]!, [...command.slice(1), CHECK], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...defaults, ...serverSettings(env) },
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  const line = out.trim().split("\n").at(-1) ?? "";
  if (code === 0 && line.startsWith("[")) return JSON.parse(line) as Diagnosis[];
  throw new CliError(`The server's program could not look at its settings:\n${err.trim() || out.trim()}`);
}
