// Runs jobs beside each other as far as the cores go, the longest first.

export interface Load {
  /** Cores that it keeps busy: a process that mostly waits needs a small part of one. */
  cores: number;
  /** How long it takes, about. */
  seconds: number;
}

/** Of sums of fractions. */
const ROUNDING = 1e-6;

/** Results come in the order of the jobs. A job that needs more cores than there are runs by itself. */
export async function schedule<Job extends Load, Result>(
  jobs: readonly Job[],
  cores: number,
  run: (job: Job) => Promise<Result>,
): Promise<Result[]> {
  const results = new Map<Job, Result>();
  const waiting = jobs.toSorted((a, b) => b.seconds - a.seconds);
  const running = new Map<Job, Promise<void>>();
  const busy = () => [...running.keys()].reduce((sum, job) => sum + job.cores, 0);
  while (waiting.length > 0 || running.size > 0) {
    const next = waiting.findIndex((job) => running.size === 0 || busy() + job.cores <= cores + ROUNDING);
    if (next < 0) {
      await Promise.race(running.values());
      continue;
    }
    const [job] = waiting.splice(next, 1) as [Job];
    const ended = run(job).then((result) => {
      results.set(job, result);
      running.delete(job);
    });
    running.set(job, ended);
  }
  return jobs.map((job) => results.get(job)!);
}
