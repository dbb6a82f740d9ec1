export interface Sleeper {
  readonly ended: boolean;
  /** Until the time is over, somebody wakes, or it ends. A wake-up that came before counts. */
  for(ms: number): Promise<void>;
  /** The same, but only the end wakes. */
  quietFor(ms: number): Promise<void>;
  wake(): void;
  end(): void;
}

/** Sleep that can be cut short. */
export function sleeper(): Sleeper {
  let ended = false;
  let woken = false;
  let resume: (() => void) | undefined;
  let deaf = false;

  async function pause(ms: number, quiet: boolean): Promise<void> {
    if (!ended && (quiet || !woken)) {
      deaf = quiet;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        resume = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      resume = undefined;
      deaf = false;
    }
    if (!quiet) woken = false;
  }

  return {
    get ended() {
      return ended;
    },
    for: (ms) => pause(ms, false),
    quietFor: (ms) => pause(ms, true),
    wake() {
      woken = true;
      if (!deaf) resume?.();
    },
    end() {
      ended = true;
      resume?.();
    },
  };
}
