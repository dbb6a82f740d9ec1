/** How long a program takes to its first row, and its memory. */
import type { Filled, Peer, Place } from "./peers/peer.ts";
import { memoryOf } from "./process.ts";
import { median } from "./run-case.ts";

/** Milliseconds from the start of the process to the answer of a read by id: the median. */
export async function coldStart(peer: Peer, place: Place, filled: Filled, times: number): Promise<number> {
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    const began = performance.now();
    const running = await peer.start(place, filled.requests.get);
    taken.push(performance.now() - began);
    await running.stop();
  }
  return median(taken);
}

/** In MB, of a program that has just been started and has answered nothing else. */
export async function idleMemory(peer: Peer, place: Place): Promise<number> {
  const running = await peer.start(place);
  await Bun.sleep(1000);
  const { now } = memoryOf(running.pid);
  await running.stop();
  return now;
}

/** Of a program and of its memory, in MB; the most is of the cases that all programs have. */
export interface StartFigures {
  program: string;
  durability: string;
  coldStart: number;
  idle: number;
  most: number;
}

export const COLD_START_MS = 120;
export const MOST_MEGABYTES = 130;
