import { PlinthClientError } from "@plinth/client";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { apiKey } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { CHANGED_BY_FILES, useBucketFiles } from "./storage.ts";
import { createUploadQueue, type Upload, type UploadQueue } from "./upload-queue.ts";

/** The files that are sent into a bucket. Whoever leaves the bucket ends what is under way. */
export function useUploads(name: string): { readonly uploads: readonly Upload[]; readonly queue: UploadQueue } {
  const { slug } = useWorkspace();
  const bucket = useBucketFiles(name);
  const queries = useQueryClient();
  const queue = useMemo(
    () =>
      createUploadQueue({
        send: (path, file, { replace, signal, onProgress }) =>
          bucket.put(path, file, { ifAbsent: !replace, signal, onProgress }),
        isThere: (error) => error instanceof PlinthClientError && error.code === "PRECONDITION_FAILED",
        onIdle: () => {
          for (const path of CHANGED_BY_FILES) void queries.invalidateQueries({ queryKey: apiKey(slug, path) });
        },
      }),
    [bucket, queries, slug],
  );
  useEffect(() => () => queue.cancelAll(), [queue]);
  return { uploads: useSyncExternalStore(queue.subscribe, queue.list), queue };
}
