import { JobSuspended } from "@plinth/core";

/**
 * Runs work for each index, so many at once. All that has begun comes to its end. A failure ends the rest, and goes before a
 * pause: then the job goes on with what is not done.
 */
export async function inRounds(count: number, atOnce: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    while (next < count && !failures.some((error) => !(error instanceof JobSuspended))) {
      const index = next++;
      await work(index).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, atOnce) }, worker));
  const failure = failures.find((error) => !(error instanceof JobSuspended)) ?? failures[0];
  if (failure !== undefined) throw failure;
}
