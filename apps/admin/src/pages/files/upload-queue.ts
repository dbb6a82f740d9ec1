import type { SentBytes } from "@plinth/client/files";

export type UploadState = "waiting" | "sending" | "paused" | "stored" | "exists" | "failed" | "cancelled";

/** A file that somebody wants to store. */
export interface Upload {
  readonly id: number;
  readonly file: File;
  /** Where it is to be in the bucket. */
  readonly path: string;
  readonly state: UploadState;
  /** Bytes. */
  readonly sent: number;
  /** By which the server knows a large file that is sent in pieces: it can be paused. */
  readonly uploadId?: string;
  readonly error?: Error;
}

export interface SendOptions {
  readonly replace: boolean;
  /** What the server has of it already. */
  readonly resume: string | undefined;
  readonly onBegun: (uploadId: string) => void;
  readonly signal: AbortSignal;
  readonly onProgress: (sent: SentBytes) => void;
}

export interface QueueOptions {
  readonly send: (path: string, file: File, options: SendOptions) => Promise<unknown>;
  /** A file is there already: whether to replace it is for a person to say. */
  readonly isThere: (error: unknown) => boolean;
  /** What the server has of an upload is not wanted any more. */
  readonly forget: (uploadId: string) => void;
  /** No more files are under way. */
  readonly onIdle: () => void;
}

export interface UploadQueue {
  /** The same list until something has changed. */
  readonly list: () => readonly Upload[];
  readonly subscribe: (listener: () => void) => () => void;
  add(files: readonly { readonly path: string; readonly file: File }[]): void;
  cancel(id: number): void;
  pause(id: number): void;
  /** Goes on with one that was paused. */
  resume(id: number): void;
  /** Once more; where there is a file, in its place. */
  repeat(id: number): void;
  /** Takes those off the list that have ended. */
  clear(): void;
  cancelAll(): void;
}

/** As many connections as leave some of the browser's six for the page. */
const AT_ONCE = 3;

export const isOpen = ({ state }: Upload): boolean => state === "waiting" || state === "sending" || state === "paused";

/** Sends files, a few at once. */
export function createUploadQueue({ send, isThere, forget, onIdle }: QueueOptions): UploadQueue {
  let uploads: readonly Upload[] = [];
  let serial = 0;
  const listeners = new Set<() => void>();
  const running = new Map<number, AbortController>();
  const replaced = new Set<number>();
  const pausing = new Set<number>();

  const set = (next: readonly Upload[]): void => {
    uploads = next;
    for (const listener of listeners) listener();
  };
  const find = (id: number): Upload | undefined => uploads.find((upload) => upload.id === id);
  const change = (id: number, part: Partial<Upload>): void =>
    set(uploads.map((upload) => (upload.id === id ? { ...upload, ...part } : upload)));

  const run = async (upload: Upload): Promise<void> => {
    const { id, path, file, uploadId } = upload;
    const control = new AbortController();
    running.set(id, control);
    change(id, { state: "sending", ...(uploadId === undefined && { sent: 0 }) });
    try {
      await send(path, file, {
        replace: replaced.has(id),
        resume: uploadId,
        signal: control.signal,
        onBegun: (begun) => change(id, { uploadId: begun }),
        onProgress: ({ bytes }) => change(id, { sent: bytes }),
      });
      change(id, { state: "stored", sent: file.size });
    } catch (error) {
      if (control.signal.aborted) pausing.has(id) ? change(id, { state: "paused" }) : end(id);
      else if (isThere(error)) change(id, { state: "exists" });
      else change(id, { state: "failed", error: error instanceof Error ? error : new Error(String(error)) });
    }
    running.delete(id);
    pausing.delete(id);
    next();
  };
  const end = (id: number): void => {
    const { uploadId, ...upload } = find(id)!;
    if (uploadId !== undefined) forget(uploadId);
    set(uploads.map((one) => (one.id === id ? { ...upload, state: "cancelled" } : one)));
  };
  const next = (): void => {
    for (const upload of uploads) {
      if (running.size >= AT_ONCE) return;
      if (upload.state === "waiting") void run(upload);
    }
    if (running.size === 0) onIdle();
  };
  const cancel = (id: number): void => {
    pausing.delete(id);
    if (running.has(id)) running.get(id)!.abort();
    else end(id);
  };
  return {
    list: () => uploads,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    add(files) {
      const added = files.map(({ path, file }): Upload => ({ id: ++serial, file, path, state: "waiting", sent: 0 }));
      set([...uploads, ...added]);
      next();
    },
    cancel,
    pause(id) {
      if (find(id)?.uploadId === undefined) return;
      pausing.add(id);
      running.get(id)?.abort();
    },
    resume(id) {
      change(id, { state: "waiting" });
      next();
    },
    repeat(id) {
      if (find(id)?.state === "exists") replaced.add(id);
      const again = ({ error: _, ...upload }: Upload): Upload => ({ ...upload, state: "waiting", sent: 0 });
      set(uploads.map((upload) => (upload.id === id ? again(upload) : upload)));
      next();
    },
    clear: () => set(uploads.filter(isOpen)),
    cancelAll() {
      for (const { id } of uploads.filter(isOpen)) cancel(id);
    },
  };
}
