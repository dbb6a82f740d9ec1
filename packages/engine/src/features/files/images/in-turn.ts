import type { Images } from "@plinth/core";
import type { Engine } from "../../../kernel/engine.ts";
import { service } from "../../../kernel/services.ts";
import { overloaded, renderQueue } from "./render-queue.ts";

/** How long one picture has its place, and how long others wait for it. */
const PLACE_MS = 60_000;
const WAIT_MS = 20_000;
const LOOK_MS = 50;

/** Runs it when it is its turn: some pictures are decoded at a time. Throws `OVERLOADED` where it would wait for too long. */
export function inPictureTurn<T>(engine: Engine, { capabilities }: Images, work: () => Promise<T>): Promise<T> {
  return capabilities.inRequest ? requestPlaces(engine).run(work) : renderQueue(engine).run(work);
}

/**
 * For a host that may end a request in the middle, without a word: then nobody hands a place over, and it is free after a time. No request
 * waits for another one's promise; each looks for itself.
 */
export function newRequestPlaces(atOnce: number, { now = Date.now, waitMs = WAIT_MS } = {}) {
  /** When the place of each is free at the latest. */
  const places = new Map<symbol, number>();
  const isFull = () => {
    for (const [place, until] of places) if (until <= now()) places.delete(place);
    return places.size >= atOnce;
  };
  return {
    async run<T>(work: () => Promise<T>): Promise<T> {
      for (let waited = 0; isFull(); waited += LOOK_MS) {
        if (waited >= waitMs) throw overloaded();
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
      const place = Symbol();
      places.set(place, now() + PLACE_MS);
      try {
        return await work();
      } finally {
        places.delete(place);
      }
    },
  };
}

const requestPlaces = service("image places", (engine: Engine) => newRequestPlaces(engine.config.imagesAtOnce));
