/** Tasks of a page's main thread, from Chromium's trace. */
import type { Page } from "./tasks/hand.ts";

/** Milliseconds. */
export interface MainTask {
  /** From begin to end, also while another process had the processor. */
  readonly wall: number;
  /** What the thread itself has used. */
  readonly cpu: number;
  /** What ran within it for at least a tenth of its time, the outermost first: `FunctionCall 80 ms`. */
  readonly parts: readonly string[];
}

/** Of the trace's format: times in microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string; readonly data?: Readonly<Record<string, unknown>> };
}

const CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline", "v8"];
const TASK = "RunTask";
/** Shorter tasks are not kept. */
const SHORTEST_MS = 20;

/** The tasks of at least 20 ms while `work` runs, the longest first. */
export async function tracedTasks(page: Page, work: () => Promise<void>): Promise<MainTask[]> {
  const browser = page.context().browser()!;
  await browser.startTracing(page, { categories: CATEGORIES });
  let trace: Buffer;
  try {
    await work();
  } finally {
    trace = await browser.stopTracing();
  }
  return tasksOf((JSON.parse(trace.toString("utf8")) as { traceEvents: TraceEvent[] }).traceEvents);
}

function tasksOf(events: readonly TraceEvent[]): MainTask[] {
  const threadOf = (event: TraceEvent): string => `${event.pid} ${event.tid}`;
  const isMain = ({ name, args }: TraceEvent): boolean => name === "thread_name" && args?.name === "CrRendererMain";
  const threads = new Set(events.filter(isMain).map(threadOf));
  const timed = events.filter((event) => event.ph === "X" && threads.has(threadOf(event)));
  const isTask = ({ name, dur = 0 }: TraceEvent): boolean => name === TASK && dur >= SHORTEST_MS * 1000;
  return timed
    .filter(isTask)
    .map((task) => ({
      wall: task.dur! / 1000,
      cpu: (task.tdur ?? task.dur!) / 1000,
      parts: timed.filter((event) => threadOf(event) === threadOf(task) && isPartOf(event, task)).map(inWords),
    }))
    .toSorted((a, b) => b.wall - a.wall);
}

function isPartOf(event: TraceEvent, task: TraceEvent): boolean {
  if (event.name === TASK || (event.dur ?? 0) < task.dur! / 10) return false;
  return event.ts >= task.ts && event.ts + event.dur! <= task.ts + task.dur!;
}

function inWords({ name, dur = 0, args }: TraceEvent): string {
  const { functionName, url, lineNumber, type } = args?.data ?? {};
  const detail = functionName ?? type;
  const at = typeof url === "string" && url !== "" ? ` ${url.split("/").at(-1)}:${lineNumber ?? ""}` : "";
  return `${name}${detail ? ` ${String(detail)}` : ""}${at} ${Math.round(dur / 1000)} ms`;
}
