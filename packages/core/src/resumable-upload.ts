/** Sends large content by tus 1.0.0, and goes on where a connection was cut: https://tus.io/protocols/resumable-upload */

export interface ResumableRequest {
  readonly method: "POST" | "HEAD" | "PATCH";
  /** Without a `/` before it. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Blob;
  /** Bytes of the content before this body. */
  readonly offset: number;
}

export interface ResumableUpload {
  readonly content: Blob;
  /** Where it goes and what it is: `bucket`, `path`, `filetype` … */
  readonly metadata: Readonly<Record<string, string>>;
  /** Conditions, such as `if-none-match`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends a request once, and throws where it is refused. */
  send(request: ResumableRequest): Promise<Headers>;
  /** The status of a refusal, 0 where no answer came. Undefined: another error, which ends the upload. */
  statusOf(error: unknown): number | undefined;
  /** Ends the wait before another try. */
  readonly signal?: AbortSignal | undefined;
  /** The id of an upload of the same content that was left: it goes on with what the server has of it. */
  readonly resume?: string | undefined;
  /** Hears the id of the upload as soon as the server has begun it. */
  readonly onBegun?: ((id: string) => void) | undefined;
}

const MIB = 1024 ** 2;
/** Two blocks of the server, which then has no rest to keep aside. */
const PIECE_BYTES = 16 * MIB;
const VERSION = { "tus-resumable": "1.0.0" };
/** Without progress: for about a minute. */
const TRIES = 9;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 15_000;
/** Statuses after which the same may succeed: no answer, a slow body, another offset, a lock, limits and faults. */
const PASSING: ReadonlySet<number> = new Set([0, 408, 409, 423, 429, 460, 500, 502, 503, 504]);

const UUID_CHARS = 36;
const UUID = /^[0-9a-f-]{36}$/;

/** The id of the upload, which is a file by then. */
export async function sendResumable(upload: ResumableUpload): Promise<string> {
  const { content, send, resume } = upload;
  const id = resume ?? (await begin(upload));
  const path = `api/tus/${id}`;
  let offset = resume === undefined ? 0 : undefined;
  for (let failures = 0; offset !== content.size; ) {
    try {
      offset ??= offsetIn(await send({ method: "HEAD", path, headers: VERSION, offset: 0 }));
      if (offset === content.size) break;
      const sent = content.slice(offset, offset + PIECE_BYTES);
      const next: number = offsetIn(
        await send({ method: "PATCH", path, headers: pieceHeaders(offset), body: sent, offset }),
      );
      [offset, failures] = [next, 0];
    } catch (error) {
      await pauseAfter(upload, error, failures++);
      offset = undefined;
    }
  }
  return id;
}

/** The id of a new upload. */
async function begin(upload: ResumableUpload): Promise<string> {
  const { content, metadata, headers, send, onBegun } = upload;
  const begun = await patiently(upload, () =>
    send({
      method: "POST",
      path: "api/tus",
      headers: { ...VERSION, ...headers, "upload-length": String(content.size), "upload-metadata": encoded(metadata) },
      offset: 0,
    }),
  );
  const id = (begun.get("location") ?? "").slice(-UUID_CHARS);
  if (!UUID.test(id)) throw new TypeError("The server has begun no upload.");
  onBegun?.(id);
  return id;
}

const pieceHeaders = (offset: number): Record<string, string> => ({
  ...VERSION,
  "content-type": "application/offset+octet-stream",
  "upload-offset": String(offset),
});

function offsetIn(headers: Headers): number {
  const text = headers.get("upload-offset");
  if (text === null) throw new TypeError("The server does not say how much has arrived.");
  return Number(text);
}

async function patiently<T>(upload: ResumableUpload, work: () => Promise<T>): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      return await work();
    } catch (error) {
      await pauseAfter(upload, error, failures);
    }
  }
}

/** Throws the error where another try would not help. */
async function pauseAfter({ statusOf, signal }: ResumableUpload, error: unknown, failures: number): Promise<void> {
  const status = statusOf(error);
  if (status === undefined || !PASSING.has(status) || failures >= TRIES || signal?.aborted) throw error;
  const ms = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures);
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    }
    signal?.addEventListener("abort", done);
  });
  if (signal?.aborted) throw error;
}

function encoded(metadata: Readonly<Record<string, string>>): string {
  return Object.entries(metadata)
    .map(([key, value]) => `${key} ${btoa(String.fromCharCode(...new TextEncoder().encode(value)))}`)
    .join(",");
}
