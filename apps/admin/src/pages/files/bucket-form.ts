import { PlinthClientError } from "@plinth/client";
import type { Bucket, BucketPatch } from "@plinth/client/files";
import type { UseFormReturn } from "react-hook-form";
import * as z from "zod";
import { showRefusal } from "../../app/forms/refusal.ts";
import { errorWords } from "../../ui/error-words.ts";

const MB = 1_000_000;

/** Megabytes with decimals; empty: as the server sets it. */
const megabytes = z.string().regex(/^(\d{1,7}([.,]\d{1,6})?)?$/);
const count = z.string().regex(/^\d{0,8}$/);

export const bucketForm = z.object({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/),
  public: z.boolean(),
  megabytes,
  types: z.string(),
  /** Whole seconds. */
  cache: count,
  versions: z.boolean(),
  mostVersions: count,
  mostFiles: count,
  totalMegabytes: megabytes,
  userMegabytes: megabytes,
  redirect: z.boolean(),
  fromUrls: z.boolean(),
  scan: z.boolean(),
});

export type BucketForm = z.infer<typeof bucketForm>;

export const EMPTY_BUCKET: BucketForm = {
  name: "",
  public: false,
  megabytes: "",
  types: "",
  cache: "",
  versions: false,
  mostVersions: "",
  mostFiles: "",
  totalMegabytes: "",
  userMegabytes: "",
  redirect: false,
  fromUrls: false,
  scan: false,
};

const shownMegabytes = (bytes: number | null): string =>
  bytes === null ? "" : String(Math.round((bytes / MB) * 10) / 10);
const shownCount = (most: number | null): string => (most === null ? "" : String(most));

export function formOf(bucket: Bucket): BucketForm {
  return {
    name: bucket.name,
    public: bucket.public,
    megabytes: shownMegabytes(bucket.max_bytes),
    types: bucket.content_types?.join(", ") ?? "",
    cache: String(bucket.cache_seconds),
    versions: bucket.versions,
    mostVersions: shownCount(bucket.max_versions),
    mostFiles: shownCount(bucket.max_files),
    totalMegabytes: shownMegabytes(bucket.max_total_bytes),
    userMegabytes: shownMegabytes(bucket.max_bytes_per_user),
    redirect: bucket.redirect,
    fromUrls: bucket.from_urls,
    scan: bucket.scan,
  };
}

const bytesIn = (text: string): number => Math.round(Number(text.replace(",", ".")) * MB);

/** A size that is shown rounded stays as it is, unless somebody changes it. Empty: no limit. */
function limitOf(text: string, stored: number | null): number | null {
  if (text === shownMegabytes(stored)) return stored;
  return text === "" ? null : bytesIn(text);
}

/** What is left empty stays as it is; no types mean all. */
export function settingsOf(form: BucketForm, stored?: Bucket): BucketPatch {
  const { megabytes: size, types, cache, versions, redirect } = form;
  const isSame = stored !== undefined && size === shownMegabytes(stored.max_bytes);
  const listed = types.split(/[\s,]+/).filter((type) => type !== "");
  return {
    public: form.public,
    content_types: listed.length === 0 ? null : listed,
    versions,
    max_versions: form.mostVersions === "" ? null : Number(form.mostVersions),
    max_files: form.mostFiles === "" ? null : Number(form.mostFiles),
    max_total_bytes: limitOf(form.totalMegabytes, stored?.max_total_bytes ?? null),
    max_bytes_per_user: limitOf(form.userMegabytes, stored?.max_bytes_per_user ?? null),
    redirect,
    from_urls: form.fromUrls,
    scan: form.scan,
    ...(size !== "" && !isSame && { max_bytes: bytesIn(size) }),
    ...(cache !== "" && { cache_seconds: Number(cache) }),
  };
}

/** Which field shows what the server refuses of one of these. */
const FIELD_OF: Readonly<Record<string, keyof BucketForm>> = {
  max_bytes: "megabytes",
  content_types: "types",
  cache_seconds: "cache",
  max_versions: "mostVersions",
  max_files: "mostFiles",
  max_total_bytes: "totalMegabytes",
  max_bytes_per_user: "userMegabytes",
  scan: "scan",
};

export function showBucketRefusal(form: UseFormReturn<BucketForm>, error: unknown): void {
  const field = error instanceof PlinthClientError ? String(error.details?.field).split(/[.[]/)[0]! : "";
  const shown = FIELD_OF[field];
  if (shown === undefined) showRefusal(form, error);
  else form.setError(shown, { type: "server", message: errorWords(error) }, { shouldFocus: true });
}
