/**
 * Notices a server that no longer answers: one that is paused, or behind a network that drops packets. Nothing else
 * would, as TCP sees no error for a quarter of an hour. While work has waited for some seconds without an answer, a new
 * connection asks whether the server is alive: long statements of a live server go on.
 */
export interface Watchdog {
  /** Call it when work begins; the watchdog stops by itself when there is none. */
  watch(): void;
  stop(): void;
}

export interface WatchdogOptions {
  /** When the longest waiting work began; undefined where there is none. */
  waitingSince(): number | undefined;
  /** Resolves when the server has answered anything, and rejects when it cannot be reached. */
  probe(): Promise<void>;
  /** Gives up all work. */
  onsilence(): void;
}

const CHECK_MS = 1000;
/** Without an answer for so long, the server is asked. */
const SILENCE_MS = 5000;
/** A server that takes longer for the simplest statement is not alive. */
const PROBE_MS = 5000;

export function watchdog({ waitingSince, probe, onsilence }: WatchdogOptions): Watchdog {
  let timer: ReturnType<typeof setInterval> | undefined;
  let asked = Number.NEGATIVE_INFINITY;
  let asking = false;

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }

  function check(): void {
    const since = waitingSince();
    if (since === undefined) {
      stop();
      return;
    }
    const now = performance.now();
    if (asking || now - Math.max(since, asked) < SILENCE_MS) return;
    asking = true;
    void isAlive().then((alive) => {
      asking = false;
      asked = performance.now();
      if (!alive && timer !== undefined) onsilence();
    });
  }

  async function isAlive(): Promise<boolean> {
    let late: ReturnType<typeof setTimeout> | undefined;
    const silence = new Promise<boolean>((resolve) => {
      late = setTimeout(() => resolve(false), PROBE_MS);
    });
    const answered = probe().then(
      () => true,
      () => false,
    );
    return Promise.race([answered, silence]).finally(() => clearTimeout(late));
  }

  return {
    watch() {
      timer ??= setInterval(check, CHECK_MS);
    },
    stop,
  };
}
