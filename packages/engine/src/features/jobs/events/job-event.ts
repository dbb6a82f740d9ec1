import type { Json } from "@plinth/core";
import type { JobEventRow } from "./repository.ts";

/** An event as the API returns it, and as a step gets it. */
export interface JobEvent {
  id: string;
  name: string;
  key: string | null;
  payload: Json;
  created_at: string;
}

export function describeEvent({ id, name, key, payload, createdAt }: JobEventRow): JobEvent {
  return {
    id,
    name,
    key: key === "" ? null : key,
    payload: JSON.parse(payload) as Json,
    created_at: new Date(Number(createdAt)).toISOString(),
  };
}

/** Clocks of servers differ: an event may seem to be so much older than a job that it came after. */
export const CLOCKS_DIFFER_MS = 5000;
