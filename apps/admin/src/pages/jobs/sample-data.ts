import type { FillSample } from "../../app/sample-data.ts";

interface Claimed {
  readonly data: readonly { readonly id: string; readonly lease: string }[];
}

/** A job that waits, one that a worker has, with a step that is done, and one that has failed. */
export const fillSample: FillSample = async (api) => {
  const claim = async (name: string) => {
    await api("/jobs", { name, queue: "samples", payload: { order: 7 }, max_attempts: 1 });
    const { data } = await api<Claimed>("/job-queues/samples/claim", { worker: "sample", lease_seconds: 3600 });
    return data[0]!;
  };
  const failed = await claim("report");
  await api(`/jobs/${failed.id}/fail`, { lease: failed.lease, error: "The printer is on fire", retry: false });
  const running = await claim("receipt");
  await api(`/jobs/${running.id}/steps`, { lease: running.lease, name: "count", result: { lines: 3 } });
  await api(`/jobs/${running.id}/heartbeat`, { lease: running.lease, progress: { step: "mailing" } });
  await api("/jobs", { name: "clean-up", queue: "samples", delay: 86_400 });
  await api("/job-queues/samples", { concurrency: 5, rate_limit: { jobs: 100, seconds: 60 } }, "PUT");
  await api("/job-queues/samples/pause", {});
  return { job: failed.id, job_in_steps: running.id };
};
