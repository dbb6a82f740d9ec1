import type { SqlDriver } from "@plinth/core";
import { type JobClaim, queuesWithJobs, workspacesWithJobs } from "@plinth/db";
import type { Engine } from "../../kernel/engine.ts";
import { service } from "../../kernel/services.ts";

/** Jobs that run at once in a process. */
const AT_ONCE = 20;
/** Of one queue of a workspace, so that none keeps the others waiting. */
const OF_A_QUEUE = 5;
/** What one slice looks at. */
const MOST_WORKSPACES = 20;
const MOST_QUEUES = 10;
const MOST_CLAIMS = 20;
/** The same in a process that does not last: such hosts limit the statements of a request. */
const MOST_CLAIMS_IN_REQUEST = 5;
/** Workspaces of which it is known where their next turn begins. */
const MOST_KNOWN = 1000;

export interface JobPlace {
  readonly workspaceId: string;
  readonly queue: string;
  /** Ends the attempt. */
  readonly ending: AbortController;
}

/** The jobs that run, each with its place. */
export type JobPlaces = Map<Promise<void>, JobPlace>;

export const arePlacesTaken = (places: JobPlaces): boolean => places.size >= AT_ONCE;

/** The next turn begins after these: of workspaces, and of the queues of each. */
interface QueueTurn {
  workspace: string;
  readonly queues: Map<string, string>;
}

const turns = service("turns of jobs", (_: Engine) => new Map<string, QueueTurn>());

function turnOf(engine: Engine, kind: string): QueueTurn {
  const known = turns(engine);
  const turn = known.get(kind) ?? { workspace: "", queues: new Map() };
  known.set(kind, turn);
  return turn;
}

export type JobQueue = Pick<JobClaim, "workspaceId" | "queue" | "kind">;

/**
 * Starts jobs of a kind while places are free. Workspaces take turns, and so do the queues of each: a slice goes on where the last one
 * has ended. Returns how many it has started.
 */
export async function fillPlaces(
  engine: Engine,
  driver: SqlDriver,
  { kind, places }: { readonly kind: string; readonly places: JobPlaces },
  start: (which: JobQueue, most: number) => Promise<number>,
): Promise<number> {
  if (arePlacesTaken(places)) return 0;
  const turn = turnOf(engine, kind);
  let claims = engine.scheduler.isLasting ? MOST_CLAIMS : MOST_CLAIMS_IN_REQUEST;
  let started = 0;
  const read = (after: string, most: number) => workspacesWithJobs(driver, { kind, after, most });
  for (const { id: workspaceId, isUsed } of await around(turn.workspace, MOST_WORKSPACES, read, ({ id }) => id)) {
    if (arePlacesTaken(places) || claims === 0) break;
    turn.workspace = workspaceId;
    if (!isUsed || roomFor(places, workspaceId) <= 0) continue;
    for (const queue of await queuesInTurn(driver, turn, { workspaceId, kind })) {
      if (claims === 0 || roomFor(places, workspaceId) <= 0) break;
      setTurn(turn, workspaceId, queue);
      const most = roomFor(places, workspaceId, queue);
      if (most <= 0) continue;
      started += await start({ workspaceId, queue, kind }, most);
      claims--;
    }
  }
  return started;
}

function queuesInTurn(
  driver: SqlDriver,
  { queues }: QueueTurn,
  which: { readonly workspaceId: string; readonly kind: string },
): Promise<string[]> {
  const read = (after: string, most: number) => queuesWithJobs(driver, { ...which, after, most });
  return around(queues.get(which.workspaceId) ?? "", MOST_QUEUES, read, (queue) => queue);
}

function setTurn({ queues }: QueueTurn, workspaceId: string, queue: string): void {
  queues.delete(workspaceId);
  queues.set(workspaceId, queue);
  if (queues.size > MOST_KNOWN) queues.delete(queues.keys().next().value!);
}

/** The next ones above `after`, and then those from the beginning on. */
async function around<T>(
  after: string,
  most: number,
  read: (after: string, most: number) => Promise<readonly T[]>,
  nameOf: (one: T) => string,
): Promise<T[]> {
  const above = await read(after, most);
  if (above.length === most || after === "") return [...above];
  const known = new Set(above.map(nameOf));
  const below = await read("", most - above.length);
  return [...above, ...below.filter((one) => !known.has(nameOf(one)))];
}

/**
 * How many more jobs of a workspace, or of one of its queues, may begin. Nothing ends a long job, so a workspace begins one only while more places are
 * free than it has: one alone takes half of them, two leave six, and others find some at any time.
 */
function roomFor(places: JobPlaces, workspaceId: string, queue?: string): number {
  const own = [...places.values()].filter((place) => place.workspaceId === workspaceId);
  const free = AT_ONCE - places.size;
  const room = Math.ceil((free - own.length) / 2);
  if (queue === undefined) return room;
  return Math.min(room, OF_A_QUEUE - own.filter((place) => place.queue === queue).length);
}
