// Runs jobs beside each other as far as the cores go, the longest first.

export interface Load {
  /** Cores that it keeps busy: a process that mostly waits needs a small part of one. */
  cores: number;
  /** How long it takes, about. */
  seconds: number;
}

/** Of sums of fractions. */
const ROUNDING = 1e-6;

/** More at a time would need more memory than small machines have. */
const MOST_JOBS = 6;

const never = () => new Promise<void>(() => {});

/**
 * Results come in the order of the jobs. A job that needs more cores than there are runs by itself. `idle` resolves when the cores
 * turn out to have room, as jobs wait more than their loads say: then the next one starts too.
 */
export async function schedule<Job extends Load, Result>(
  jobs: readonly Job[],
  cores: number,
  run: (job: Job) => Promise<Result>,
  idle: () => Promise<void> = never,
): Promise<Result[]> {
  const results = new Map<Job, Result>();
  const waiting = jobs.toSorted((a, b) => b.seconds - a.seconds);
  const running = new Map<Job, Promise<void>>();
  const busy = () => [...running.keys()].reduce((sum, job) => sum + job.cores, 0);
  const start = (index: number) => {
    const [job] = waiting.splice(index, 1) as [Job];
    const ended = run(job).then((result) => {
      results.set(job, result);
      running.delete(job);
    });
    running.set(job, ended);
  };
  let room: Promise<void> | undefined;
  while (waiting.length > 0 || running.size > 0) {
    const next = waiting.findIndex((job) => running.size === 0 || busy() + job.cores <= cores + ROUNDING);
    if (next >= 0) start(next);
    else {
      room ??= idle().then(() => {
        room = undefined;
        if (waiting.length > 0 && running.size < MOST_JOBS) start(0);
      });
      await Promise.race([room, ...running.values()]);
    }
  }
  return jobs.map((job) => results.get(job)!);
}
