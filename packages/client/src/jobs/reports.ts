import { jsonIn, PlinthClientError } from "../index.ts";
import type { JobState } from "../items/job.ts";
import type { ItemRequest, Requester } from "../items/request.ts";
import { jsonText } from "../request.ts";

/** What became of a job, as its worker reports it. */
export interface JobReport {
  readonly id: string;
  readonly lease: string;
  readonly action: "complete" | "fail" | "release";
  readonly [more: string]: unknown;
}

/** Sends reports: one at once where none is under way, and those that come meanwhile together. Each resolves or rejects by itself. */
export type SendReport = (report: JobReport) => Promise<void>;

interface Waiting {
  readonly report: JobReport;
  readonly text: string;
  readonly done: PromiseWithResolvers<void>;
}

interface Result {
  readonly id: string;
  readonly state: JobState | null;
  readonly refused: { readonly code: string; readonly message: string; readonly field?: string } | null;
}

const MOST_AT_ONCE = 100;
/** Of a body, in characters: each takes up to three bytes, and servers take a mebibyte. */
const MOST_CHARS = 300_000;
/** A second one is sent while the first is under way, if it is full. */
const MOST_UNDER_WAY = 2;
/** At the same time, where each is sent by itself. */
const MOST_SINGLE = 10;
/** So long each is sent by itself to a server that takes no groups: a newer one may have taken its place. */
const OLDER_SERVER_MS = 30_000;
/** A server that is away for some seconds is waited for: the same report twice counts once. */
const RETRIES = 5;
const STATUSES: Readonly<Record<string, number>> = { NOT_FOUND: 404, CONFLICT: 409, LIMIT_EXCEEDED: 422 };

export function reporter(request: Requester): SendReport {
  let waiting: Waiting[] = [];
  let isScheduled = false;
  let underWay = 0;
  let singlyUntil = 0;

  const next = (): Waiting[] => {
    let chars = 0;
    let count = 0;
    for (const { text } of waiting.slice(0, MOST_AT_ONCE)) {
      chars += text.length;
      if (count > 0 && chars > MOST_CHARS) break;
      count++;
    }
    const group = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return group;
  };
  const sendSingly = async (group: readonly Waiting[]): Promise<void> => {
    for (let at = 0; at < group.length; at += MOST_SINGLE) {
      const some = group.slice(at, at + MOST_SINGLE).map(async ({ report, done }) => {
        await request(singly(report), { retries: RETRIES }, jsonIn).then(() => done.resolve(), done.reject);
      });
      await Promise.all(some);
    }
  };
  const send = async (group: readonly Waiting[]): Promise<void> => {
    if (performance.now() < singlyUntil) return sendSingly(group);
    const raw = `{"reports":[${group.map(({ text }) => text).join(",")}]}`;
    const headers = { "content-type": "application/json" };
    const content = { method: "POST", path: "api/job-reports", raw, headers } as const;
    try {
      const { data } = await request(content, { retries: RETRIES }, jsonIn<{ data: readonly Result[] }>);
      for (const [at, { done }] of group.entries()) {
        const { refused } = data[at]!;
        if (refused === null) done.resolve();
        else done.reject(refusalIn(refused));
      }
    } catch (error) {
      if (isUnknownPath(error)) {
        singlyUntil = performance.now() + OLDER_SERVER_MS;
        await sendSingly(group);
      }
      // One that the server does not take must not keep it from the others.
      else if (group.length > 1 && isRefused(error)) for (const one of group) await send([one]);
      else for (const { done } of group) done.reject(error);
    }
  };
  const flush = (): void => {
    isScheduled = false;
    while (waiting.length > 0 && underWay < (waiting.length < MOST_AT_ONCE ? 1 : MOST_UNDER_WAY)) {
      underWay++;
      void send(next()).finally(() => {
        underWay--;
        flush();
      });
    }
  };
  return (report) => {
    const done = Promise.withResolvers<void>();
    // Throws for what JSON cannot hold, before it is among others.
    waiting.push({ report, text: jsonText(report), done });
    if (!isScheduled) {
      isScheduled = true;
      // After all that end in this turn of the event loop.
      setTimeout(flush, 0);
    }
    return done.promise;
  };
}

function refusalIn({ code, message, field }: NonNullable<Result["refused"]>): PlinthClientError {
  const details = field === undefined ? {} : { details: { field } };
  return new PlinthClientError(code, message, STATUSES[code] ?? 500, details);
}

const isRefused = (error: unknown): boolean =>
  error instanceof PlinthClientError && [400, 413, 422].includes(error.status);

/** Of jobs, nothing else is said so: what became of each is in the answer. */
const isUnknownPath = (error: unknown): boolean =>
  error instanceof PlinthClientError && [404, 405].includes(error.status);

/** The same report at the routes that every version has. A job that sleeps no longer is given back, and its attempt does not count. */
function singly({ id, action, ...body }: JobReport): ItemRequest {
  const path = `api/jobs/${id}/`;
  if (action !== "release") return { method: "POST", path: path + action, body };
  return { method: "POST", path: `${path}sleep`, body: { ...body, until: new Date().toISOString() } };
}
