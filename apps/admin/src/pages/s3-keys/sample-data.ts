import type { FillSample } from "../../app/sample-data.ts";

/** A key for all files, and one that reads a part of a bucket. */
export const fillSample: FillSample = async (api) => {
  await api("/s3-keys", { name: "Nightly backup" });
  await api("/buckets", { name: "prints" });
  await api("/s3-keys", { name: "Print shop", buckets: ["prints"], prefix: "2026/", read_only: true });
  return {};
};
