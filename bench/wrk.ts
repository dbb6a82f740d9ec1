/** Drives `wrk` on one core and reads its report. */
import { writeFileSync } from "node:fs";

export interface Load {
  url: string;
  method: "GET" | "POST";
  /** Paths to take in turn. */
  paths: readonly string[];
  headers: Readonly<Record<string, string>>;
  body?: string;
}

export interface Measured {
  requests: number;
  requestsPerSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  errors: number;
}

const CONNECTIONS = 32;

/** `core` is the one that the load runs on; `seconds` how long. */
export async function measure(
  load: Load,
  options: { core: number; seconds: number; scriptPath: string; connections?: number },
): Promise<Measured> {
  writeFileSync(options.scriptPath, luaOf(load));
  const command = [
    "taskset",
    "-c",
    String(options.core),
    "wrk",
    "-t1",
    `-c${options.connections ?? CONNECTIONS}`,
    `-d${options.seconds}s`,
    // Beyond it an answer counts as missing.
    "--timeout=30s",
    "--latency",
  ];
  const child = Bun.spawn([...command, "-s", options.scriptPath, load.url], { stdout: "pipe", stderr: "inherit" });
  const report = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error(`wrk failed: ${report}`);
  return parse(report);
}

function luaOf(load: Load): string {
  const quote = (text: string): string => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
  const headers = Object.entries(load.headers).map(([name, value]) => `wrk.headers[${quote(name)}] = ${quote(value)}`);
  return [
    `wrk.method = "${load.method}"`,
    ...headers,
    load.body ? `wrk.body = ${quote(load.body)}` : "",
    `local paths = { ${load.paths.map(quote).join(", ")} }`,
    "local i = 0",
    "request = function() i = i % #paths + 1 return wrk.format(nil, paths[i]) end",
  ].join("\n");
}

function parse(report: string): Measured {
  const number = (pattern: RegExp): number => Number(pattern.exec(report)?.[1] ?? 0);
  const milliseconds = (pattern: RegExp): number => {
    const [, value, unit] = pattern.exec(report) ?? [];
    const scale: Record<string, number> = { us: 0.001, ms: 1, s: 1000 };
    return Number(value ?? Number.NaN) * (scale[unit ?? "ms"] ?? 1);
  };
  return {
    requests: number(/(\d+) requests in/),
    requestsPerSecond: number(/Requests\/sec:\s+([\d.]+)/),
    p50: milliseconds(/50%\s+([\d.]+)(us|ms|s)/),
    p99: milliseconds(/99%\s+([\d.]+)(us|ms|s)/),
    errors: number(/Non-2xx or 3xx responses: (\d+)/),
  };
}
