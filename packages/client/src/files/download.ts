import type { Json } from "@plinth/core";
import type { FileDownload, FileFacts } from "./types.ts";

export function factsOf({ headers }: Response): FileFacts {
  const modified = headers.get("last-modified");
  return {
    etag: headers.get("etag") ?? "",
    size: wholeSize(headers),
    contentType: headers.get("content-type") ?? "",
    lastModified: modified === null ? undefined : new Date(modified),
  };
}

/** Of a part, the range says how long the whole is: `bytes 0-9/100`. */
function wholeSize(headers: Headers): number {
  const [, whole] = /\/(\d+)$/.exec(headers.get("content-range") ?? "") ?? [];
  return Number(whole ?? headers.get("content-length") ?? 0);
}

export function downloadOf(response: Response): FileDownload {
  return {
    ...factsOf(response),
    get body() {
      return response.body ?? new Blob([]).stream();
    },
    arrayBuffer: () => response.arrayBuffer(),
    blob: () => response.blob(),
    text: () => response.text(),
    json: () => response.json() as Promise<Json>,
  };
}

export function rangeHeader({ first, last }: { readonly first: number; readonly last?: number | undefined }): string {
  return `bytes=${first}-${last ?? ""}`;
}
