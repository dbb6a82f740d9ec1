import type { FileItem, ImageParameters } from "@plinth/client/files";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useWorkspace } from "../../api/workspace.ts";
import { encodedPath, useBucketFiles } from "./storage.ts";

type Named = Pick<FileItem, "bucket" | "path" | "content" | "content_type" | "size">;

interface BlobOptions {
  readonly enabled: boolean;
  /** The first bytes are enough. */
  readonly first?: number;
}

/** The bytes of a file, kept while they are the same. */
export function useFileBlob(file: Named, { enabled, first }: BlobOptions) {
  const { slug } = useWorkspace();
  const bucket = useBucketFiles(file.bucket);
  return useQuery({
    queryKey: ["file-bytes", slug, file.bucket, file.content, first ?? "all"],
    queryFn: async ({ signal }) => {
      // There is no first byte of nothing.
      const range = first !== undefined && file.size > first ? { range: { first: 0, last: first - 1 } } : {};
      const got = await bucket.get(file.path, { ...range, signal });
      return new Blob([await got.arrayBuffer()], { type: file.content_type });
    },
    enabled,
    staleTime: Infinity,
    gcTime: 60_000,
  });
}

export interface ImageOptions {
  readonly enabled: boolean;
  /** A preset of the bucket, or parameters, which are for administrators. */
  readonly image: { readonly preset: string } | ImageParameters;
}

/** What browsers decode. */
const ACCEPTED = "image/avif,image/webp,image/*";

/** An image that the server makes of a picture. */
export function useImageBlob(file: Named, { enabled, image }: ImageOptions) {
  const { slug, client } = useWorkspace();
  return useQuery({
    queryKey: ["file-image", slug, file.bucket, file.content, image],
    queryFn: async ({ signal }) => {
      const path = `api/files/${encodeURIComponent(file.bucket)}/${encodedPath(file.path)}`;
      const query = Object.fromEntries(Object.entries(image).map(([name, value]) => [name, String(value)]));
      return (await client.request(path, { query, accept: ACCEPTED, signal })).blob();
    },
    enabled,
    retry: false,
    staleTime: Infinity,
    gcTime: 60_000,
  });
}

/** An address of bytes for this page. */
export function useObjectUrl(blob: Blob | undefined): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!blob) return setUrl(undefined);
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return url;
}
