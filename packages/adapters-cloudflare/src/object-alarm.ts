/** The alarm of one Durable Object, for all that the app has to do at a time. https://developers.cloudflare.com/durable-objects/api/alarms/ */
import type { Alarm } from "@plinth/core";
import type { ObjectNamespaceLike } from "./object-bus.ts";
import type { ObjectStateLike } from "./object-state.ts";

const ADDRESS = "https://object/alarm";
/** There is one for the whole server. */
const NAME = "background";
/** An alarm so near may have rung by the time that another one would be set: it is not relied on. */
const NEAR_MS = 5000;

/** What the object is asked for. */
export interface AlarmOrder {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The public address of the server, if it is known: an object that is woken by its alarm has no request to learn it from. */
  readonly origin?: string | undefined;
}

export interface ObjectAlarmOptions {
  readonly objects: ObjectNamespaceLike;
  readonly origin?: string | undefined;
  readonly now?: () => number;
}

/**
 * The Worker's side. What an earlier call has set is remembered, and saves a request to the object.
 *
 * @example
 * const alarm = objectAlarm({ objects: env.BACKGROUND, origin: "https://api.example" });
 * await alarm.setBy(Date.now() + 60_000);
 */
export function objectAlarm({ objects, origin, now = Date.now }: ObjectAlarmOptions): Alarm {
  let known = Number.NEGATIVE_INFINITY;
  return {
    async setBy(at) {
      if (known <= at && known > now() + NEAR_MS) return;
      const order: AlarmOrder = { at, ...(origin !== undefined && { origin }) };
      const object = objects.get(objects.idFromName(NAME));
      const { status } = await object.fetch(ADDRESS, { method: "POST", body: JSON.stringify(order) });
      if (status !== 204) throw new Error(`the object of the alarm answered with ${status}`);
      known = at;
    },
  };
}

/** The object's side. Undefined: the request is none for an alarm. */
export async function alarmOrderIn(request: Request): Promise<AlarmOrder | undefined> {
  if (request.url !== ADDRESS || request.method !== "POST") return undefined;
  return (await request.json()) as AlarmOrder;
}

const TIMES = "times";
/** Of times so near, the later one is served by the earlier one's. */
const SAME_MS = 100;
/** The latest times are dropped first: the next run reads them from the database again. */
const MOST_TIMES = 100;

type ObjectStorage = Pick<ObjectStateLike, "storage">;

/** The object's alarm rings at this time at the latest, and at each that was asked for before. */
export async function ringBy({ storage }: ObjectStorage, at: number): Promise<void> {
  const times = timesIn(storage);
  if (!times.some((time) => time <= at && time > at - SAME_MS)) keep(storage, [...times, at]);
  await setBy(storage, at);
}

/** The runtime has one alarm. When it has rung at this time, it is set for the next one that was asked for. */
export async function ringNext({ storage }: ObjectStorage, rang: number): Promise<void> {
  const later = timesIn(storage).filter((time) => time > rang);
  keep(storage, later);
  if (later.length > 0) await setBy(storage, later[0]!);
}

/** The earliest first. */
const timesIn = ({ kv }: ObjectStateLike["storage"]): readonly number[] =>
  (kv.get(TIMES) as number[] | undefined) ?? [];

function keep({ kv }: ObjectStateLike["storage"], times: readonly number[]): void {
  kv.put(TIMES, times.toSorted((a, b) => a - b).slice(0, MOST_TIMES));
}

async function setBy(storage: ObjectStateLike["storage"], at: number): Promise<void> {
  const set = await storage.getAlarm();
  if (set === null || at < set) await storage.setAlarm(at);
}
