import { invalid, PlinthError, type SandboxCall, type SandboxValue } from "@plinth/core";
import type { RequestContext } from "../../kernel/engine.ts";
import { type FunctionFile, functionFilesOf, type StoredFunctionFile } from "../../kernel/function-files.ts";
import * as z from "../../kernel/zod.ts";
import { callOptions, textOf } from "./arguments.ts";
import type { ClosableCalls } from "./closable-calls.ts";
import type { FileAction } from "./file-actions.ts";
import { OpenBodies } from "./open-bodies.ts";
import { PiecewiseBody } from "./piecewise-body.ts";
import type { FunctionSettings } from "./settings.ts";

/** Of all files that a run reads. */
const MOST_READ = 256 * 1024 * 1024;
const MOST_OPEN = 16;
const MOST_UPLOADS = 8;
const MOST_LISTED = 200;
const MAX_NAME = 100;
const MAX_PATH = 2000;

const reading = z.strictObject({
  start: z.int().min(0).default(0).describe("The first byte"),
  end: z.int().min(1).optional().describe("The first byte that is left out"),
});
const listing = z.strictObject({
  prefix: z.string().max(MAX_PATH).optional(),
  limit: z.int().min(1).max(MOST_LISTED).default(50),
  cursor: z.string().max(4000).optional(),
});
const storing = z.strictObject({
  content_type: z.string().max(200).optional(),
  metadata: z.record(z.string(), z.json()).nullable().optional(),
  if_absent: z.literal(true).optional(),
  if_content: z.string().max(100).optional(),
});
const signing = z.strictObject({
  expires_in: z.int().min(1).max(604_800).default(3600),
  disposition: z.enum(["inline", "attachment"]).optional(),
});

/** `context.files`: files of the buckets that the version declares, with the rights of `acting`. */
export function fileCalls(
  acting: RequestContext,
  { buckets, actions }: FunctionSettings["permissions"]["files"],
): ClosableCalls {
  const files = functionFilesOf(acting.engine);
  if (!files) return { calls: {}, close: async () => {} };
  const bodies = new OpenBodies({ what: "files", most: MOST_READ, open: MOST_OPEN, cut: cutShort });
  const uploads = new Uploads();
  const bucketFor = (action: FileAction, value: SandboxValue): string => {
    const bucket = textOf(value, "bucket", MAX_NAME);
    // The same for a bucket that is not there: a function learns nothing of others.
    if (!buckets.includes(bucket)) throw undeclared("buckets", bucket);
    if (!actions.includes(action)) throw undeclared("actions", action);
    return bucket;
  };
  const at = (action: FileAction, [bucket, path]: readonly SandboxValue[]): FunctionFile => ({
    bucket: bucketFor(action, bucket),
    path: textOf(path, "path", MAX_PATH),
  });
  /** Whether it is a new file is not known before it is stored: the rules then ask for the right action. */
  const stored = (values: readonly SandboxValue[], options: SandboxValue): Omit<StoredFunctionFile, "body"> => {
    const action = actions.includes("create") ? "create" : "update";
    const { content_type, metadata, if_absent, if_content } = callOptions(storing, options);
    if (if_absent && if_content !== undefined) throw invalid("if_content", "cannot stand beside if_absent");
    const condition = if_absent ? ({ absent: true } as const) : if_content && { contents: [if_content] };
    return { ...at(action, values), contentType: content_type, metadata, condition: condition || undefined };
  };
  const calls: Record<string, SandboxCall> = {
    "files.info": async (values) => plain(await files.info(acting, at("read", values))),
    "files.list": async ([bucket, options]) =>
      plain(await files.list(acting, bucketFor("read", bucket), callOptions(listing, options))),
    "files.read": async ([bucket, path, options]) => {
      const { start, end } = callOptions(reading, options);
      if (end !== undefined && end <= start) throw invalid("end", "must be greater than start");
      const file = await files.read(acting, at("read", [bucket, path]));
      const { name, size, contentType, content, changedAt } = file;
      if (start > size || (start === size && start > 0)) throw new PlinthError("RANGE_NOT_SATISFIABLE");
      const length = Math.min(end ?? size, size) - start;
      const isWhole = start === 0 && length === size;
      const stream = length === 0 ? null : await file.open(isWhole ? undefined : { offset: start, length });
      const facts = { name, size, content_type: contentType, content, updated_at: changedAt };
      return { ...facts, stream: stream && bodies.add(stream) };
    },
    "$files.read": ([id]) => bodies.read(id),
    "$files.cancel": ([id]) => bodies.cancel(id),
    "files.put": async ([bucket, path, bytes, options]) => {
      const file = stored([bucket, path], options);
      const body = new Blob([bytesIn(bytes)]).stream() as ReadableStream<Uint8Array>;
      return plain(await files.put(acting, { ...file, body }));
    },
    "$files.begin": async ([bucket, path, options]) => {
      const file = stored([bucket, path], options);
      return uploads.begin((body) => files.put(acting, { ...file, body }));
    },
    "$files.write": ([id, bytes]) => uploads.write(id, bytesIn(bytes)),
    "$files.end": async ([id]) => plain(await uploads.end(id)),
    "$files.abort": ([id]) => uploads.abort(id),
    "files.delete": async (values) => plain(await files.delete(acting, at("delete", values))),
    "files.sign": async ([bucket, path, options]) => {
      const file = at("read", [bucket, path]);
      return plain(await files.sign(acting, { ...file, ...callOptions(signing, options) }));
    },
  };
  return {
    calls,
    async close() {
      await Promise.all([bodies.close(), uploads.close()]);
    },
  };
}

const undeclared = (field: string, value: string) =>
  new PlinthError("FORBIDDEN", `permissions.files.${field} of this function does not name ${value}.`, { field });

const cutShort = (error: unknown): PlinthError =>
  error instanceof PlinthError ? error : new PlinthError("UNAVAILABLE", undefined, undefined, { cause: error });

function bytesIn(value: SandboxValue): Uint8Array<ArrayBuffer> {
  if (value instanceof Uint8Array) return value as Uint8Array<ArrayBuffer>;
  throw invalid("body", "expected a text, bytes or a stream of them");
}

/** What the API would send: no more than its JSON. */
const plain = (value: object): unknown => JSON.parse(JSON.stringify(value));

interface OpenUpload {
  readonly upload: PiecewiseBody;
  readonly stored: Promise<object>;
}

/** Files that a run sends piece by piece, each by its number. One that is not ended leaves nothing behind. */
class Uploads {
  readonly #open = new Map<unknown, OpenUpload>();
  #last = 0;

  /** Throws where the file may not be stored, before the first piece. */
  async begin(store: (body: ReadableStream<Uint8Array>) => Promise<object>): Promise<number> {
    if (this.#open.size >= MOST_UPLOADS)
      throw new PlinthError("LIMIT_EXCEEDED", `A run may send ${MOST_UPLOADS} files piece by piece at once.`);
    const id = ++this.#last;
    const upload = new PiecewiseBody();
    const stored = store(upload.body);
    // Whoever waits for it gets its error.
    stored.catch(() => {});
    this.#open.set(id, { upload, stored });
    await Promise.race([upload.wanted, stored]).catch((error: unknown) => {
      this.#open.delete(id);
      throw error;
    });
    return id;
  }

  async write(id: unknown, bytes: Uint8Array): Promise<undefined> {
    const { upload, stored } = this.#known(id);
    await Promise.race([upload.write(bytes), stored.then(() => {})]);
  }

  async end(id: unknown): Promise<object> {
    const { upload, stored } = this.#known(id);
    upload.end();
    return stored.finally(() => this.#open.delete(id));
  }

  async abort(id: unknown): Promise<undefined> {
    const open = this.#open.get(id);
    this.#open.delete(id);
    open?.upload.fail(new Error("the function has ended the upload"));
    await open?.stored.catch(() => {});
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((id) => this.abort(id)));
  }

  #known(id: unknown): OpenUpload {
    const open = this.#open.get(id);
    if (!open) throw invalid("upload", "there is no such upload");
    return open;
  }
}
