import type { Config, FileStore, HasFiles, Platform } from "@plinth/core";
import { openOnce } from "./open-once.ts";

/** What a host has for files beside services with the API of S3, which all hosts reach. Each loads its adapter. */
export interface HostStores {
  readonly folder?: ((folder: string, hasFiles: HasFiles) => Promise<FileStore>) | undefined;
  /** What is bound to the program, where no setting names a place. */
  readonly bound?: (() => Promise<FileStore>) | undefined;
}

/** The store of files that the settings name, else what the host has bound. Without either there is none. */
export function openFiles({ files: place }: Pick<Config, "files">, stores: HostStores = {}): Pick<Platform, "files"> {
  const opener = openerOf(place, stores);
  return opener ? { files: openOnce(opener) } : {};
}

function openerOf(place: Config["files"], { folder, bound }: HostStores): Platform["files"] {
  if (place?.kind === "s3") return async () => (await import("@plinth/adapters-s3")).s3FileStore(place);
  if (place) return folder && ((hasFiles) => folder(place.folder, hasFiles));
  return bound;
}
