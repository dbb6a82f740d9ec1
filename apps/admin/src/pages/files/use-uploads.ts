import { PlinthClientError } from "@plinth/client";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { apiKey } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { CHANGED_BY_FILES, useBucketFiles } from "./storage.ts";
import { createUploadQueue, type Upload, type UploadQueue } from "./upload-queue.ts";

/** From here on an upload is worth being paused. */
const LARGE_BYTES = 10_000_000;

const codeOf = (error: unknown): string | undefined => (error instanceof PlinthClientError ? error.code : undefined);

/** The files that are sent into a bucket. Whoever leaves the bucket ends what is under way. */
export function useUploads(name: string): { readonly uploads: readonly Upload[]; readonly queue: UploadQueue } {
  const { slug } = useWorkspace();
  const bucket = useBucketFiles(name);
  const queries = useQueryClient();
  const queue = useMemo(
    () =>
      createUploadQueue({
        send: async (path, file, { replace, resume, ...options }) => {
          const upload = { ...options, ifAbsent: !replace, resumable: file.size >= LARGE_BYTES };
          // What the server has of it may have expired.
          const wasLost = (error: unknown) => resume !== undefined && codeOf(error) === "NOT_FOUND";
          return bucket.upload(path, file, { ...upload, resume }).catch((error: unknown) => {
            if (wasLost(error)) return bucket.upload(path, file, upload);
            throw error;
          });
        },
        isThere: (error) => codeOf(error) === "PRECONDITION_FAILED",
        // It expires by itself where this fails.
        forget: (uploadId) => void bucket.endUpload(uploadId).catch(() => undefined),
        onIdle: () => {
          for (const path of CHANGED_BY_FILES) void queries.invalidateQueries({ queryKey: apiKey(slug, path) });
        },
      }),
    [bucket, queries, slug],
  );
  useEffect(() => () => queue.cancelAll(), [queue]);
  return { uploads: useSyncExternalStore(queue.subscribe, queue.list), queue };
}
