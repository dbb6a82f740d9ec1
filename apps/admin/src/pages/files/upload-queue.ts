import type { SentBytes } from "@plinth/client/files";

export type UploadState = "waiting" | "sending" | "stored" | "exists" | "failed" | "cancelled";

/** A file that somebody wants to store. */
export interface Upload {
  readonly id: number;
  readonly file: File;
  /** Where it is to be in the bucket. */
  readonly path: string;
  readonly state: UploadState;
  /** Bytes. */
  readonly sent: number;
  readonly error?: Error;
}

export interface SendOptions {
  readonly replace: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (sent: SentBytes) => void;
}

export interface QueueOptions {
  readonly send: (path: string, file: File, options: SendOptions) => Promise<unknown>;
  /** A file is there already: whether to replace it is for a person to say. */
  readonly isThere: (error: unknown) => boolean;
  /** No more files are under way. */
  readonly onIdle: () => void;
}

export interface UploadQueue {
  /** The same list until something has changed. */
  readonly list: () => readonly Upload[];
  readonly subscribe: (listener: () => void) => () => void;
  add(files: readonly { readonly path: string; readonly file: File }[]): void;
  cancel(id: number): void;
  /** Once more; where there is a file, in its place. */
  repeat(id: number): void;
  /** Takes those off the list that have ended. */
  clear(): void;
  cancelAll(): void;
}

/** As many connections as leave some of the browser's six for the page. */
const AT_ONCE = 3;

const isOpen = ({ state }: Upload): boolean => state === "waiting" || state === "sending";

/** Sends files, a few at once. */
export function createUploadQueue({ send, isThere, onIdle }: QueueOptions): UploadQueue {
  let uploads: readonly Upload[] = [];
  let serial = 0;
  const listeners = new Set<() => void>();
  const running = new Map<number, AbortController>();
  const replaced = new Set<number>();

  const set = (next: readonly Upload[]): void => {
    uploads = next;
    for (const listener of listeners) listener();
  };
  const change = (id: number, part: Partial<Upload>): void =>
    set(uploads.map((upload) => (upload.id === id ? { ...upload, ...part } : upload)));

  const run = async (upload: Upload): Promise<void> => {
    const { id, path, file } = upload;
    const control = new AbortController();
    running.set(id, control);
    change(id, { state: "sending", sent: 0 });
    try {
      const onProgress = ({ bytes }: SentBytes) => change(id, { sent: bytes });
      await send(path, file, { replace: replaced.has(id), signal: control.signal, onProgress });
      change(id, { state: "stored", sent: file.size });
    } catch (error) {
      if (control.signal.aborted) change(id, { state: "cancelled" });
      else if (isThere(error)) change(id, { state: "exists" });
      else change(id, { state: "failed", error: error instanceof Error ? error : new Error(String(error)) });
    }
    running.delete(id);
    next();
  };
  const next = (): void => {
    for (const upload of uploads) {
      if (running.size >= AT_ONCE) return;
      if (upload.state === "waiting") void run(upload);
    }
    if (running.size === 0) onIdle();
  };
  const cancel = (id: number): void => {
    if (running.has(id)) running.get(id)!.abort();
    else change(id, { state: "cancelled" });
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
    repeat(id) {
      if (uploads.find((upload) => upload.id === id)?.state === "exists") replaced.add(id);
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
