import { excerpt, invalid, PlinthError } from "@plinth/core";
import * as multipart from "multipasta";

/** A file in a form, as its bytes arrive: it has to be read or cancelled before the next one comes. */
export interface FormFile {
  readonly filename: string;
  readonly contentType: string | undefined;
  readonly stream: ReadableStream<Uint8Array>;
  /** The texts of the form that came before it, by name. */
  readonly fields: ReadonlyMap<string, string>;
}

const MAX_PARTS = 1000;
const MAX_FIELD_BYTES = 64 * 1024;
const utf8 = new TextDecoder("utf-8", { fatal: true });

type FormEvent =
  | { readonly kind: "field"; readonly name: string; readonly value: Uint8Array }
  | { readonly kind: "file"; readonly info: multipart.PartInfo }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "end" };

/** The files of a body of `multipart/form-data` (RFC 7578), one after the other; no more of it is in memory than has arrived. */
export async function* filesInForm(
  body: ReadableStream<Uint8Array>,
  contentType: string,
): AsyncGenerator<FormFile, void> {
  const reader = body.getReader();
  try {
    yield* filesOf(eventsOf(reader, contentType));
  } finally {
    // Not awaited: a host may only settle it after the response has been sent.
    reader.cancel().catch(() => {});
  }
}

type NextEvent = () => Promise<FormEvent | undefined>;

async function* filesOf(next: NextEvent): AsyncGenerator<FormFile, void> {
  const fields = new Map<string, string>();
  for (let event = await next(); event; event = await next()) {
    // Nobody reads the others, and they would all be in memory.
    if (event.kind === "field" && event.name === "folder") fields.set(event.name, textOf(event.value, event.name));
    if (event.kind !== "file") continue;
    let open = true;
    const stream = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const piece = await next();
          if (piece?.kind === "bytes") return controller.enqueue(piece.bytes);
          open = false;
          controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const { filename = "", contentType: type } = event.info;
    yield { filename, contentType: type || undefined, stream, fields };
    while (open) {
      const rest = await next();
      open = rest?.kind === "bytes";
    }
  }
}

/** Each call returns what comes next, and reads the body only where nothing waits. Undefined: the form has ended. */
function eventsOf(reader: ReadableStreamDefaultReader<Uint8Array>, contentType: string): NextEvent {
  const waiting: FormEvent[] = [];
  let failure: PlinthError | undefined;
  let done = false;
  const parser = multipart.make({
    headers: { "content-type": contentType },
    isFile: ({ filename }) => filename !== undefined,
    maxParts: MAX_PARTS,
    maxFieldSize: MAX_FIELD_BYTES,
    onField: ({ name }, value) => waiting.push({ kind: "field", name, value }),
    onFile(info) {
      waiting.push({ kind: "file", info });
      return (bytes) => waiting.push(bytes === null ? { kind: "end" } : { kind: "bytes", bytes });
    },
    onError: (error) => {
      failure ??= problemOf(error);
    },
    onDone: () => {
      done = true;
    },
  });
  return async () => {
    for (;;) {
      const event = waiting.shift();
      if (event) return event;
      if (failure) throw failure;
      if (done) return undefined;
      const { value, done: ended } = await reader.read();
      if (ended) {
        parser.end();
        if (waiting.length === 0 && !done) throw failure ?? problemOf({ _tag: "EndNotReached" });
      } else parser.write(value);
    }
  };
}

function problemOf(error: multipart.MultipartError): PlinthError {
  if (error._tag === "ReachedLimit") {
    const message = `The form has more than ${MAX_PARTS} parts, or a text in it more than ${MAX_FIELD_BYTES} bytes.`;
    return new PlinthError("LIMIT_EXCEEDED", message);
  }
  return new PlinthError("BAD_REQUEST", "The body is not a complete form of the type multipart/form-data.");
}

function textOf(value: Uint8Array, name: string): string {
  try {
    return utf8.decode(value);
  } catch {
    throw invalid(excerpt(name), "must be UTF-8");
  }
}
