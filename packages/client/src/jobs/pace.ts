/** A worker claims ahead as many jobs as it lately began within so many milliseconds. Other workers could do more meanwhile, and more urgent jobs may come. */
const AHEAD_MS = 50;
const MOST_AHEAD = 200;

/** How many jobs a worker may claim beyond those that it can begin at once, by how soon its last ones ended. */
export interface Pace {
  began(): void;
  ended(): void;
  ahead(): number;
}

export function pace(now: () => number = () => performance.now()): Pace {
  let active = 0;
  let busySince = 0;
  let busyMs = 0;
  let ended = 0;
  let most = 0;
  const settle = (): void => {
    const at = now();
    if (active > 0) busyMs += at - busySince;
    busySince = at;
  };
  return {
    began() {
      if (active++ === 0) busySince = now();
    },
    ended() {
      if (active === 1) settle();
      active--;
      ended++;
    },
    ahead() {
      settle();
      // Until some have ended, it is as before, but for those that take long.
      if (ended > 0 || busyMs > AHEAD_MS) {
        most = Math.min(MOST_AHEAD, Math.floor((ended * AHEAD_MS) / Math.max(busyMs, 1)));
        busyMs = 0;
        ended = 0;
      }
      return most;
    },
  };
}
