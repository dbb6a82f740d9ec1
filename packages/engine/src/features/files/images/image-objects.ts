import type { FileStore } from "@plinth/core";
import { objectKey } from "../object-store.ts";

/**
 * The objects of images that were made of contents. They lie beside the contents: some stores keep objects as files of a disk, and there no key
 * can be below another object's.
 */

const FOLDER = "images/";

export const imageObject = (content: string, variant: string): string => `${FOLDER}${content}/${variant}`;

/** The id of the content that an object is, or of which it was made. */
export function contentIdOf(object: string): string {
  const rest = object.startsWith(FOLDER) ? object.slice(FOLDER.length) : object;
  return rest.split("/", 1)[0]!;
}

/** The keys of all images of a content, those included that an older version has stored below the content's own key. */
export async function imageKeysOf(store: FileStore, workspaceId: string, content: string): Promise<string[]> {
  const keys: string[] = [];
  for (const prefix of [objectKey(workspaceId, imageObject(content, "")), objectKey(workspaceId, `${content}/`)]) {
    let cursor: string | undefined;
    do {
      const page = await store.list({ prefix, cursor });
      keys.push(...page.files.map(({ key }) => key));
      cursor = page.cursor;
    } while (cursor !== undefined);
  }
  return keys;
}
