import type { RequestOptions, WriteOptions } from "../items/request.ts";
import type { Page } from "../page.ts";
import type { DirectContent } from "./direct.ts";
import type {
  DirectOptions,
  FetchOptions,
  FileChangeOptions,
  FileContent,
  FileDownload,
  FileEntry,
  FileFacts,
  FileItem,
  FileUrlOptions,
  FileVersion,
  FolderEntry,
  FolderOptions,
  GetOptions,
  ImageUrlOptions,
  PutOptions,
  SignedFileUrl,
  SignOptions,
  UploadOptions,
} from "./types.ts";

/** The files of one bucket, as the caller may read and write them. */
export interface BucketFiles {
  /**
   * Stores a file, or replaces the one at this path.
   *
   * @example
   * const file = await storage.bucket("photos").put("2026/cat.png", input.files[0], { ifAbsent: true });
   */
  put(path: string, content: FileContent, options?: PutOptions): Promise<FileItem>;
  /**
   * The same for a `Blob` or `File` of any size: a large one is sent in pieces, and goes on where a connection was cut.
   *
   * @example
   * await storage.bucket("films").upload("trip.mp4", input.files[0], { onProgress: ({ bytes }) => show(bytes) });
   */
  upload(path: string, content: Blob, options?: UploadOptions): Promise<FileItem>;
  /** Ends an upload in pieces that will not go on, by its id; the server forgets what it has of it. */
  endUpload(id: string, options?: RequestOptions): Promise<void>;
  /**
   * Lets the server store what is at an address, where the bucket allows it (`from_urls`).
   *
   * @example
   * await storage.bucket("photos").fetch("2026/cat.png", "https://example.com/cat.png");
   */
  fetch(path: string, url: string | URL, options?: FetchOptions): Promise<FileItem>;
  /** A file that has changed, or null: the caller has its bytes already. */
  get(path: string, options: GetOptions & { readonly ifNoneMatch: string }): Promise<FileDownload | null>;
  /**
   * A file, whose bytes can be read once. Throws `NOT_FOUND` where there is none that the caller may read.
   *
   * @example
   * const text = await (await storage.bucket("notes").get("today.md")).text();
   */
  get(path: string, options?: GetOptions): Promise<FileDownload>;
  /** What `get` says of a file, without its bytes. */
  head(path: string, options?: RequestOptions): Promise<FileFacts>;
  delete(path: string, options?: FileChangeOptions): Promise<void>;
  /** Deletes all files of a folder and of those below it, and returns how many. */
  deleteFolder(path: string, options?: WriteOptions): Promise<number>;
  /** Renames a file, or moves it to another folder. Throws `CONFLICT` where there is a file already. */
  move(from: string, to: string, options?: WriteOptions): Promise<void>;
  /** Moves all files of a folder and of those below it, or none; returns how many. */
  moveFolder(from: string, to: string, options?: WriteOptions): Promise<number>;
  /** A page of the folders and the files of one folder; without a name, of the top of the bucket. */
  list(folder?: string, options?: FolderOptions): Promise<Page<FolderEntry | FileEntry>>;
  /**
   * All folders and files of one folder, read page by page while they are used.
   *
   * @example
   * for await (const { path } of storage.bucket("photos").all("2026")) console.log(path);
   */
  all(folder?: string, options?: RequestOptions): AsyncGenerator<FolderEntry | FileEntry>;
  /** All files of a folder and of those below it. */
  tree(folder?: string, options?: RequestOptions): AsyncGenerator<FileItem>;
  /** A page of the versions of a file, the newest first; of a bucket that keeps them. */
  versions(path: string, options?: FolderOptions): Promise<Page<FileVersion>>;
  /** Gives a file the bytes of one of its versions; those that it has become a version. */
  restore(path: string, version: string, options?: WriteOptions): Promise<void>;
  /** Deletes a version, and leaves the file. */
  deleteVersion(path: string, version: string, options?: WriteOptions): Promise<void>;
  /**
   * All files of a folder that the caller may read as a zip archive; without a name, of the whole bucket. Throws `NOT_FOUND` where there are none.
   *
   * @example
   * await Bun.write("photos.zip", new Response((await storage.bucket("photos").zip("2026")).body));
   */
  zip(folder?: string, options?: RequestOptions): Promise<FileDownload>;
  /** Where a page finds a file: of a public bucket, anybody does. */
  url(path: string, options?: FileUrlOptions): string;
  /**
   * A URL by which anybody reads the file as it is now, without credentials, until it expires.
   *
   * @example
   * const { url } = await storage.bucket("invoices").signedUrl("2026/001.pdf", { expiresIn: 3600 });
   */
  signedUrl(path: string, options: SignOptions): Promise<SignedFileUrl>;
  /**
   * Stores a file as `put` does, with its bytes sent by URLs: to the store itself, where it has some. `onProgress` hears of each part.
   *
   * @example
   * const film = await storage.bucket("films").uploadDirect("2026/holiday.mp4", input.files[0], { onProgress: show });
   */
  uploadDirect(path: string, content: DirectContent, options?: DirectOptions): Promise<FileItem>;
  /**
   * Where a page finds an image that is made of a picture, such as its thumbnail.
   *
   * @example
   * image.src = storage.bucket("photos").imageUrl("2026/cat.png", { preset: "thumb" });
   */
  imageUrl(path: string, options: ImageUrlOptions): string;
}
