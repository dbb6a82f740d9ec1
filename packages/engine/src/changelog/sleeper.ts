export interface Sleeper {
  readonly ended: boolean;
  /** Resolves after the time, on a wake-up, or at the end. An earlier wake-up counts. */
  for(ms: number): Promise<void>;
  /** The same, but only the end interrupts it. */
  quietFor(ms: number): Promise<void>;
  wake(): void;
  end(): void;
}

/** A sleep that can be interrupted. */
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
