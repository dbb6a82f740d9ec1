import { PlinthClientError } from "@plinth/client";
import type { Bucket, BucketPatch } from "@plinth/client/files";
import type { UseFormReturn } from "react-hook-form";
import * as z from "zod";
import { showRefusal } from "../../app/forms/refusal.ts";

const MB = 1_000_000;

/** Whole seconds, and megabytes with decimals; empty: as the server sets it. */
export const bucketForm = z.object({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/),
  public: z.boolean(),
  megabytes: z.string().regex(/^(\d{1,7}([.,]\d{1,6})?)?$/),
  types: z.string(),
  cache: z.string().regex(/^\d{0,8}$/),
});

export type BucketForm = z.infer<typeof bucketForm>;

export const EMPTY_BUCKET: BucketForm = { name: "", public: false, megabytes: "", types: "", cache: "" };

export function formOf({ name, public: isPublic, max_bytes, content_types, cache_seconds }: Bucket): BucketForm {
  return {
    name,
    public: isPublic,
    megabytes: String(Math.round((max_bytes / MB) * 10) / 10),
    types: content_types?.join(", ") ?? "",
    cache: String(cache_seconds),
  };
}

/** What is left empty stays as it is, also a size that is shown rounded; no types mean all. */
export function settingsOf({ public: isPublic, megabytes, types, cache }: BucketForm, stored?: Bucket): BucketPatch {
  const isSame = stored !== undefined && megabytes === formOf(stored).megabytes;
  const listed = types.split(/[\s,]+/).filter((type) => type !== "");
  return {
    public: isPublic,
    content_types: listed.length === 0 ? null : listed,
    ...(megabytes !== "" && !isSame && { max_bytes: Math.round(Number(megabytes.replace(",", ".")) * MB) }),
    ...(cache !== "" && { cache_seconds: Number(cache) }),
  };
}

/** Which field shows what the server refuses of one of these. */
const FIELD_OF: Readonly<Record<string, keyof BucketForm>> = {
  max_bytes: "megabytes",
  content_types: "types",
  cache_seconds: "cache",
};

export function showBucketRefusal(form: UseFormReturn<BucketForm>, error: unknown): void {
  const field = error instanceof PlinthClientError ? String(error.details?.field).split(/[.[]/)[0]! : "";
  const shown = FIELD_OF[field];
  if (shown === undefined) showRefusal(form, error);
  else form.setError(shown, { type: "server", message: (error as Error).message }, { shouldFocus: true });
}
