import type { Awaitable } from "../awaitable.ts";

/** The files of the built admin, where the host keeps them. */
export interface AdminFiles {
  /**
   * The bytes of a file by its path in the build, such as `index.html`, or of a compressed form beside it. Asked for
   * names of the build's own list alone, and for that list. Undefined: it is not there.
   */
  read(name: string): Awaitable<Uint8Array | undefined>;
  /** The host compresses answers by itself, so that the compressed forms are not read. */
  readonly hostCompresses?: boolean;
}

/** The build's list of its files, at `files.json`. */
export interface AdminFileList {
  readonly [name: string]: AdminFileEntry;
}

export interface AdminFileEntry {
  /** The content type. */
  readonly type: string;
  /** Changes with the content; letters, digits, `-` and `_`. */
  readonly tag: string;
  /** Compressed forms that are files beside it: `name.br`, `name.gz`. */
  readonly forms: readonly ("br" | "gz")[];
}
