import { PlinthError } from "@plinth/core";
import type { Engine } from "../../../kernel/engine.ts";
import { service } from "../../../kernel/services.ts";

/** Images that wait for others in one process. More are refused: whoever waits for so long has given up. */
const MAX_WAITING = 64;
const RETRY_SECONDS = 2;

/** Decodes some pictures at a time, as each takes a core and the memory of all its pixels. */
export interface RenderQueue {
  /** Runs it when it is its turn. Throws `OVERLOADED` where too many wait. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** The same, once for all who ask for one key meanwhile. */
  shared<T>(key: string, work: () => Promise<T>): Promise<T>;
}

export function newRenderQueue(atOnce: number): RenderQueue {
  let active = 0;
  const waiting: (() => void)[] = [];
  const shared = new Map<string, Promise<unknown>>();
  const run = async <T>(work: () => Promise<T>): Promise<T> => {
    if (active >= atOnce) {
      if (waiting.length >= MAX_WAITING) throw overloaded();
      // Who leaves hands over its place, so that nobody comes between.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else active++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else active--;
    }
  };
  return {
    run,
    shared<T>(key: string, work: () => Promise<T>) {
      let made = shared.get(key) as Promise<T> | undefined;
      if (!made) {
        const forget = () => void shared.delete(key);
        made = run(work);
        made.then(forget, (error: unknown) => (isLasting(error) ? setTimeout(forget, KEEP_FAILURE_MS) : forget()));
        shared.set(key, made);
      }
      return made;
    },
  };
}

/** A picture that cannot be made is not tried again by each who asks for it. */
export const KEEP_FAILURE_MS = 60_000;
export const isLasting = (error: unknown): error is PlinthError =>
  error instanceof PlinthError && (error.code === "VALIDATION" || error.code === "LIMIT_EXCEEDED");

export const overloaded = (): PlinthError =>
  new PlinthError("OVERLOADED", "Too many images are being made; try again after the time in Retry-After.", {
    retry_after: RETRY_SECONDS,
  });

export const renderQueue = service("images", (engine: Engine) => newRenderQueue(engine.config.imagesAtOnce));
