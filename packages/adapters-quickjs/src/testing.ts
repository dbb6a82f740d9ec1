import {
  type SandboxLimits,
  type SandboxLogLine,
  SandboxRequest,
  SandboxResponse,
  type SandboxValue,
} from "@plinth/core";
import { type FakeModel, fakeAi } from "./fake-ai.ts";
import { type FakeFiles, fakeFiles } from "./fake-files.ts";
import { installedEngine } from "./installed-engine.ts";
import { quickjsSandbox } from "./quickjs-sandbox.ts";

type Fake = (...values: never[]) => unknown;

/** What a function gets in a test. */
export interface FunctionTest {
  /** Absent: a POST without a body. */
  readonly request?: Request;
  readonly path?: string;
  readonly user?: object | null;
  readonly env?: Readonly<Record<string, string>>;
  /** Of a function that is asked before writes. */
  readonly writes?: readonly object[];
  /** What it may call, by names: `{ db: { list: async () => ({ data: [] }) } }`. What is not there it cannot call. */
  readonly calls?: Readonly<Record<string, Readonly<Record<string, Fake>>>>;
  /** Files by `bucket/path`, and what it stores. Absent: it has no `context.files`. */
  readonly files?: FakeFiles;
  /** What a model answers. Absent: it has no `context.ai`, unless `calls` has. */
  readonly ai?: FakeModel;
  /** Absent: it may ask no host. */
  readonly fetch?: (request: Request) => Response | Promise<Response>;
  readonly limits?: Partial<SandboxLimits>;
}

export interface FunctionResult {
  /** What it has returned; a `Response` where it made one. */
  readonly value: unknown;
  readonly logs: readonly SandboxLogLine[];
}

/** As a deployment has them unless it says otherwise. */
const LIMITS: SandboxLimits = {
  wallMs: 10_000,
  cpuMs: 200,
  memoryBytes: 16 * 1024 ** 2,
  valueBytes: 1024 ** 2,
  logBytes: 64 * 1024,
  callsInFlight: 64,
  calls: 200,
};

const sandbox = quickjsSandbox({ engine: installedEngine });

/**
 * Runs a function in the interpreter of the server, with fakes for what it may call. What it throws is thrown, with the line of the source.
 *
 * @example
 * const { value } = await runFunction(source, { calls: { db: { list: async () => ({ data: [{ price: 5, count: 2 }] }) } } });
 */
export async function runFunction(source: string, test: FunctionTest = {}): Promise<FunctionResult> {
  const { request, path = "", user = null, env = {}, writes, calls = {}, files, ai, fetch, limits } = test;
  const context = { request: await sandboxRequest(request), path, user, env, ...(writes && { writes }) };
  const faked = Object.entries(calls).flatMap(([owner, methods]) =>
    Object.entries(methods).map(([name, fake]) => [
      `${owner}.${name}`,
      async (values: readonly SandboxValue[]) => fake(...(values as never[])),
    ]),
  );
  const outcome = await sandbox.run({
    source,
    fileName: "function.js",
    context,
    calls: {
      ...(files && fakeFiles(files)),
      ...(ai && fakeAi(ai)),
      ...Object.fromEntries(faked),
      ...(fetch && { fetch: fetchBy(fetch) }),
    },
    limits: { ...LIMITS, ...limits },
  });
  if (outcome.ok) return { value: returnedBy(outcome.value), logs: outcome.logs };
  const { name, message, stack } = outcome.error;
  throw Object.assign(new Error(message), { name, stack: [`${name}: ${message}`, ...stack].join("\n    at ") });
}

async function sandboxRequest(request = new Request("http://localhost/", { method: "POST" })): Promise<SandboxRequest> {
  const body = new Uint8Array(await request.arrayBuffer());
  return new SandboxRequest(request.url, request.method, [...request.headers], body);
}

function fetchBy(fetch: NonNullable<FunctionTest["fetch"]>) {
  return async ([given]: readonly SandboxValue[]) => {
    const { url, ...init } = given as { url: string } & RequestInit;
    const answer = await fetch(new Request(url, init));
    const body = new Uint8Array(await answer.arrayBuffer());
    return { status: answer.status, url, headers: [...answer.headers], body };
  };
}

function returnedBy(value: SandboxValue): unknown {
  if (!(value instanceof SandboxResponse)) return value;
  const { status, headers, body } = value;
  return new Response(body ?? null, { status, headers: headers.map(([name, text]): [string, string] => [name, text]) });
}
