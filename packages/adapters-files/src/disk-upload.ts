/** An upload is a folder with a file that describes it and one for each part. */
import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  chunksIn,
  type FileUpload,
  type FileUploadOptions,
  invalidPart,
  noUpload,
  type PartReference,
  type UploadedPart,
} from "@plinth/core";
import { contentOf, entryHead, openEntry, writeEntry } from "./disk-entry.ts";
import { codeOf, disk, unlessMissing } from "./disk-errors.ts";
import { syncFolder } from "./disk-folders.ts";
import type { DiskLayout } from "./disk-layout.ts";
import type { LockedRun } from "./disk-lock.ts";
import { publishDraft, withDraft } from "./disk-publish.ts";
import { writeFileToDisk } from "./disk-small.ts";

interface Description {
  readonly key: string;
  readonly contentType: string;
}

const DESCRIPTION = "upload.json";
const ID = /^[0-9a-f-]{36}$/;
const PART_NAME = /^\d{5}$/;

export async function openUpload(
  layout: DiskLayout,
  locked: LockedRun,
  key: string,
  options: FileUploadOptions,
): Promise<FileUpload> {
  const id = "id" in options ? options.id : await beginUpload(layout, { key, contentType: options.contentType ?? "" });
  if (!ID.test(id)) throw noUpload(id);
  const folder = join(layout.uploads, id);
  const { contentType } = await describedIn(folder, id, key);
  return {
    id,
    part: (number, body) =>
      withDraft(layout, async (draft) => {
        // Bytes stay the caller's; chunks of a stream are spent.
        const content = body instanceof Uint8Array ? body : chunksIn(body);
        const { etag, size } = await writeEntry(draft, content, "");
        await moveInto(folder, draft, nameOfPart(number), id);
        return { number, etag, size };
      }),
    parts: () => partsIn(folder, id),
    async complete(parts, condition) {
      await describedIn(folder, id, key);
      const { etag, size } = await withDraft(layout, async (draft) => {
        const written = await writeEntry(draft, joined(folder, parts), contentType);
        await publishDraft(layout, locked, { draft, key, condition });
        return written;
      });
      await removeUpload(layout, folder);
      return { etag, size };
    },
    abort: () => removeUpload(layout, folder),
  };
}

/** Whole when it has its name, so that no upload lacks its description. */
async function beginUpload(layout: DiskLayout, description: Description): Promise<string> {
  const id = crypto.randomUUID();
  const draft = layout.newDraft();
  await disk(mkdir(draft, { mode: 0o700 }));
  await disk(writeFileToDisk(join(draft, DESCRIPTION), new TextEncoder().encode(JSON.stringify(description))));
  await syncFolder(draft);
  await disk(rename(draft, join(layout.uploads, id)));
  await syncFolder(layout.uploads);
  return id;
}

async function describedIn(folder: string, id: string, key: string): Promise<Description> {
  const text = await disk(unlessMissing(readFile(join(folder, DESCRIPTION), "utf8"), undefined));
  const description = text === undefined ? undefined : (JSON.parse(text) as Description);
  if (description?.key !== key) throw noUpload(id);
  return description;
}

async function moveInto(folder: string, draft: string, name: string, id: string): Promise<void> {
  try {
    await rename(draft, join(folder, name));
  } catch (error) {
    if (codeOf(error) === "ENOENT") throw noUpload(id);
    await disk(Promise.reject(error));
  }
  await syncFolder(folder);
}

async function partsIn(folder: string, id: string): Promise<UploadedPart[]> {
  const names = await disk(unlessMissing(readdir(folder), undefined));
  if (!names) throw noUpload(id);
  const parts: UploadedPart[] = [];
  for (const name of names.filter((one) => PART_NAME.test(one)).sort()) {
    const head = await entryHead(join(folder, name));
    if (head) parts.push({ number: Number(name), etag: head.etag, size: head.size });
  }
  return parts;
}

async function* joined(folder: string, parts: readonly PartReference[]): AsyncGenerator<Uint8Array> {
  for (const { number, etag } of parts) {
    const entry = await openEntry(join(folder, nameOfPart(number)));
    if (entry?.head.etag !== etag) {
      await entry?.handle.close();
      throw invalidPart(number, "is not there, or is another one");
    }
    yield* chunksIn(contentOf(entry, 0, entry.head.size));
  }
}

/** Gone at once: a part that arrives meanwhile finds no folder. */
async function removeUpload(layout: DiskLayout, folder: string): Promise<void> {
  const aside = layout.newDraft();
  await disk(unlessMissing(rename(folder, aside), undefined));
  await disk(rm(aside, { recursive: true, force: true }));
}

function nameOfPart(number: number): string {
  return String(number).padStart(5, "0");
}
