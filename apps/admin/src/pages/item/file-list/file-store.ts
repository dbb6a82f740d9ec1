import { PlinthClientError } from "@plinth/client";
import type { Bucket, BucketFiles, FileItem } from "@plinth/client/files";
import type { Field } from "@plinth/core";
import { useState } from "react";
import { useApiList, useApiMutation } from "../../../api/hooks.ts";
import { CHANGED_BY_FILES, useStorage } from "../../files/storage.ts";

/** The bucket of somebody who has none yet. */
export const FIRST_BUCKET = "uploads";

/** Stores files for a field, one after the other, and calls `onStored` with their ids, also where a later one fails. */
export function useFileStore(field: Field, onStored: (ids: readonly string[]) => void) {
  const storage = useStorage();
  const { rows: buckets, isPending } = useApiList<Bucket>("buckets", {}, { enabled: field.bucket === undefined });
  const [chosen, setChosen] = useState<string>();
  const bucket = field.bucket ?? chosen ?? buckets[0]?.name;
  const store = useApiMutation({
    run: async (_, files: readonly File[]) => {
      const ids: string[] = [];
      try {
        for (const file of files) ids.push((await putUnderFreeName(storage.bucket(bucket!), file)).id);
      } finally {
        if (ids.length > 0) onStored(ids);
      }
    },
    changes: CHANGED_BY_FILES,
  });
  const makeBucket = useApiMutation({
    run: () => storage.buckets.create({ name: FIRST_BUCKET }),
    changes: ["buckets", "collections"],
  });
  return { store, bucket, buckets, setBucket: setChosen, makeBucket: isPending ? undefined : makeBucket };
}

export type FileStore = ReturnType<typeof useFileStore>;

const TRIES = 50;

/** `cat.png`, or `cat-2.png` where there is one: nobody's file is replaced. */
async function putUnderFreeName(bucket: BucketFiles, file: File): Promise<FileItem> {
  for (let tries = 1; ; tries++) {
    const dot = file.name.lastIndexOf(".");
    const at = dot > 0 ? dot : file.name.length;
    const name = tries === 1 ? file.name : `${file.name.slice(0, at)}-${tries}${file.name.slice(at)}`;
    try {
      return await bucket.put(name, file, { ifAbsent: true });
    } catch (error) {
      const isTaken = error instanceof PlinthClientError && error.code === "PRECONDITION_FAILED";
      if (!isTaken || tries === TRIES) throw error;
    }
  }
}
