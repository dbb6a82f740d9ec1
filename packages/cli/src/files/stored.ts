import type { Api, ApiAnswer } from "../api.ts";
import { ApiError } from "../errors.ts";
import type { BucketPath } from "./place.ts";

/** What the commands need of a file on the server. */
export interface RemoteFile {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

const PAGE = 200;

/** The file at a place, if there is one that the caller may see. */
export async function findStored(api: Api, { bucket, path }: BucketPath): Promise<RemoteFile | undefined> {
  const page = query(api, { filter: { bucket, path: { $literal: path } }, limit: 1 });
  const [found] = await page.then(({ data }) => data as unknown as RemoteFile[], unseen);
  return found;
}

/** Whoever may see no files may still store them, or fetch those of a public bucket. */
export function unseen(error: unknown): RemoteFile[] {
  if (error instanceof ApiError && [401, 403, 404].includes(error.status)) return [];
  throw error;
}

/** All files of a folder and of those below it. */
export async function listStored(api: Api, { bucket, path }: BucketPath): Promise<RemoteFile[]> {
  const below = { $or: [{ folder: { $literal: path } }, { folder: { _starts_with: `${path}/` } }] };
  const filter = { bucket, ...(path !== "" && below) };
  const files: RemoteFile[] = [];
  for (let cursor: string | null | undefined = ""; typeof cursor === "string"; ) {
    const page: ApiAnswer = await query(api, { filter, sort: ["path"], limit: PAGE, cursor });
    files.push(...(page.data as unknown as RemoteFile[]));
    cursor = page.next_cursor;
  }
  return files;
}

const query = (api: Api, body: Record<string, unknown>): Promise<ApiAnswer> =>
  api.manage("POST", "/api/items/files/query", { fields: ["path", "size", "sha256"], ...body });
