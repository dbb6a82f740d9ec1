// Runs jobs in their order, a few at a time; a job marked `alone` runs by itself.

export async function schedule<Job extends { alone: boolean }, Result>(
  jobs: readonly Job[],
  limit: number,
  run: (job: Job) => Promise<Result>,
): Promise<Result[]> {
  const running = new Set<Promise<unknown>>();
  const results: Promise<Result>[] = [];
  for (const job of jobs) {
    const most = job.alone ? 0 : limit - 1;
    while (running.size > most) await Promise.race(running);
    const result = run(job);
    results.push(result);
    const ended = result.finally(() => running.delete(ended));
    running.add(ended);
    if (job.alone) await ended;
  }
  return Promise.all(results);
}
