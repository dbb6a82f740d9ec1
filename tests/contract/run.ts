import { ERRORS, type ErrorCode, type Json } from "@plinth/core";
import type { Who } from "./as.ts";
import { people } from "./fixtures/people.ts";
import { requireNoHashes } from "./hashes.ts";
import { difference } from "./match.ts";
import {
  type Ask,
  type Call,
  type Expectation,
  type Reply,
  refused,
  type Scenario,
  type Seen,
  type Step,
  type Turn,
} from "./scenario.ts";
import { requireSnakeCase } from "./spelling.ts";
import { type Target, World } from "./world.ts";

export interface RunOptions extends Target {
  /** Only scenarios whose name holds one of these texts. */
  readonly only?: readonly string[];
  readonly onProgress?: (done: number, total: number, name: string) => void;
}

export interface RunReport {
  passed: number;
  failed: { name: string; error: string }[];
  skipped: { name: string; reason: string }[];
}

/** Asks a fresh instance every scenario, one after another. */
export async function run(scenarios: readonly Scenario[], options: RunOptions): Promise<RunReport> {
  const world = new World(options);
  const report: RunReport = { passed: 0, failed: [], skipped: [] };
  const chosen = scenarios.filter(({ name }) => options.only?.some((text) => name.includes(text)) ?? true);
  const inOrder = (["fresh", undefined, "last"] as const).flatMap((phase) =>
    chosen.filter((scenario) => scenario.phase === phase),
  );
  for (const [i, scenario] of inOrder.entries()) {
    options.onProgress?.(i, inOrder.length, scenario.name);
    const reason = scenario.skip?.(options);
    if (reason !== undefined) {
      report.skipped.push({ name: scenario.name, reason });
      continue;
    }
    try {
      const left = await play(scenario, world);
      if (left === undefined) report.passed++;
      else report.skipped.push({ name: scenario.name, reason: left });
    } catch (error) {
      report.failed.push({ name: scenario.name, error: error instanceof Error ? error.message : String(error) });
    }
  }
  options.onProgress?.(inOrder.length, inOrder.length, "");
  return report;
}

/** Why most of the scenario could not be played, or undefined. */
async function play(scenario: Scenario, world: World): Promise<string | undefined> {
  if (scenario.phase !== "fresh") await world.need(people);
  for (const fixture of scenario.needs ?? []) await world.need(fixture);
  const replies: Reply[] = [];
  let withoutSockets = false;
  const { setupToken } = world.target;
  const seen: Seen = {
    replies,
    credentials: world,
    ...(setupToken && { setupToken }),
    get outside() {
      return world.outside;
    },
  };
  // Further steps may be refused where the request was not, and the other way round; the rest of the column holds on.
  const inherited = scenario.expect.excludes.filter((text) => text !== '"data"' && text !== '"error"');
  const step = async (part: Step, label: string): Promise<Reply> => {
    const who = part.as ?? scenario.as;
    const call = resolve(part.request, seen);
    const talks = call.talk !== undefined;
    const reply = talks ? await talk(who, call, call.talk!, step) : await world.send(who, call);
    replies.push(reply);
    // No 101 comes from a host without sockets, so what is expected there is its refusal, or one that comes before it.
    const lacking = talks && !world.target.openSocket && reply.status === 501;
    withoutSockets ||= lacking;
    const expected = lacking ? refused(501, "UNSUPPORTED_BY_HOST") : part.expect;
    const wrong = checkReply(reply, { excludes: inherited, ...expected }, world);
    if (wrong) {
      const request = `${call.method} ${call.path}${call.query ? ` ${JSON.stringify(call.query)}` : ""}`;
      throw new Error(
        `${label}${request} as ${who.name}: ${wrong}\n    answer: ${reply.status} ${shorten(reply.text)}`,
      );
    }
    return reply;
  };
  /** Without sockets, the refusal is the answer. */
  const talk = async (who: Who, call: Call, turns: readonly Turn[], aside: typeof step): Promise<Reply> => {
    const open = world.target.openSocket ? await world.connect(who, call) : undefined;
    if (!open) return world.send(who, call);
    for (const [i, turn] of turns.entries()) {
      if ("send" in turn) {
        open.send(JSON.stringify(typeof turn.send === "function" ? turn.send(open.messages) : turn.send));
      } else if ("raw" in turn) open.send(turn.raw);
      else if ("until" in turn) await open.until(turn.until);
      else if ("closes" in turn) await open.closes(turn.closes);
      else await aside(turn.step, `turn ${i + 1}: `);
    }
    const reply = open.end();
    requireSnakeCase(call.path, reply);
    requireNoHashes(call.path, reply);
    return reply;
  };
  for (const [i, part] of (scenario.given ?? []).entries()) await step(part, `given ${i + 1}: `);
  const reply = await step(scenario, "");
  // The next messages depend on those received over the socket.
  if (withoutSockets) return "only the refusal was checked: this host has no sockets";
  for (const [i, part] of (scenario.then ?? []).entries()) await step(part, `then ${i + 1}: `);
  await scenario.verify?.(reply, world, seen);
  return undefined;
}

function resolve(ask: Ask, seen: Seen) {
  return typeof ask === "function" ? ask(seen) : ask;
}

/** What is wrong with a reply, or undefined. */
export function checkReply(reply: Reply, expected: Expectation, world: World): string | undefined {
  const statuses = [expected.status].flat();
  if (!statuses.includes(reply.status)) return `expected status ${statuses.join(" or ")}, got ${reply.status}`;
  return (
    checkShape(reply, expected) ??
    checkError(reply, expected) ??
    (expected.body === undefined ? undefined : difference(reply.json, expected.body)) ??
    checkText(reply, expected, world) ??
    checkHeaders(reply, expected)
  );
}

interface ErrorBody {
  error?: { code?: Json; message?: Json; request_id?: Json; details?: { field?: Json; issues?: { field?: Json }[] } };
}

/** What holds for every answer: an id, and for errors the one envelope with the catalogue's status. */
function checkShape(reply: Reply, { ownErrorForm, isForeign }: Expectation): string | undefined {
  // A handshake's answer is its socket's.
  if (reply.status === 101 || isForeign) return undefined;
  const id = reply.headers.get("x-request-id");
  if (!id) return "the answer has no x-request-id";
  if (reply.status < 400 || ownErrorForm) return undefined;
  const error = (reply.json as ErrorBody | undefined)?.error;
  if (typeof error?.code !== "string" || typeof error.message !== "string" || error.message === "") {
    return "the error is not in the native envelope";
  }
  if (error.request_id !== id) return `error.request_id is ${String(error.request_id)}, the header says ${id}`;
  if (!Object.hasOwn(ERRORS, error.code)) return `there is no error code ${error.code}`;
  const status = ERRORS[error.code as ErrorCode].status;
  return status === reply.status ? undefined : `${error.code} goes with ${status}`;
}

function checkError(reply: Reply, { code, field }: Expectation): string | undefined {
  const error = (reply.json as ErrorBody | undefined)?.error;
  if (code !== undefined && error?.code !== code) return `expected the code ${code}, got ${String(error?.code)}`;
  if (field === undefined) return undefined;
  const named = [error?.details?.field, ...(error?.details?.issues ?? []).map((issue) => issue.field)];
  return named.includes(field) ? undefined : `expected the error to name ${field}, it names ${named.join(", ")}`;
}

function checkText(reply: Reply, expected: Expectation, world: World): string | undefined {
  const missing = expected.contains?.find((text) => !reply.text.includes(text));
  if (missing !== undefined) return `the answer lacks ${JSON.stringify(missing)}`;
  const forbidden = expected.excludes.map((text) => (typeof text === "string" ? text : text(world)));
  // Random digits tell nothing, whatever word they make.
  const text = reply.text.replaceAll(reply.headers.get("x-request-id") ?? "\0", "");
  const leaked = forbidden.find((one) => text.includes(one));
  return leaked === undefined ? undefined : `the answer must not hold ${JSON.stringify(leaked)}`;
}

function checkHeaders(reply: Reply, expected: Expectation): string | undefined {
  for (const [name, want] of Object.entries(expected.headers ?? {})) {
    const value = reply.headers.get(name);
    const right = want instanceof RegExp ? value !== null && want.test(value) : value === want;
    if (!right) return `expected the header ${name} to be ${String(want)}, got ${String(value)}`;
  }
  return undefined;
}

function shorten(text: string): string {
  return text.length > 700 ? `${text.slice(0, 700)}…` : text;
}
