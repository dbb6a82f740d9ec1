import { type FileStore, invalid, PlinthError, toHex } from "@plinth/core";
import type { RequestContext } from "../../kernel/engine.ts";
import { type BodyFacts, cutShort, fileTooLarge, inspectBody } from "./body.ts";
import { HEAD_BYTES } from "./content-type.ts";
import { watchPut, withMemory } from "./memory.ts";
import { hashOf, objectKey } from "./object-store.ts";
import type { UploadRoom } from "./quota.ts";
import type { BucketRow } from "./repository.ts";
import { storeFailure } from "./store-failure.ts";

/** The bytes of a file, or what reads all of them: of a body that may be in memory as a whole. */
export type UploadBody = ReadableStream<Uint8Array> | (() => Promise<Uint8Array<ArrayBuffer>>);

interface SentBody {
  readonly body: UploadBody;
  /** Bytes, where the client has said it. */
  readonly size: number | undefined;
  /** The body must have this SHA-256, in lower-case hexadecimal. */
  readonly sha256: string | undefined;
}

interface Staged {
  readonly content: string;
  readonly bucket: BucketRow;
  readonly input: SentBody;
  readonly room: UploadRoom;
}

/** Brings the bytes into the store, under a key that no file has yet. */
export async function stage(ctx: RequestContext, store: FileStore, staged: Staged): Promise<BodyFacts> {
  const { body, sha256 } = staged.input;
  const facts = await (typeof body === "function"
    ? stageWhole(ctx, store, staged, body)
    : stageStream(ctx, store, staged, body));
  if (sha256 !== undefined && sha256 !== facts.sha256) throw invalid("sha256", "the body has another SHA-256");
  return facts;
}

async function stageWhole(
  ctx: RequestContext,
  store: FileStore,
  { content, bucket, input }: Staged,
  read: () => Promise<Uint8Array<ArrayBuffer>>,
): Promise<BodyFacts> {
  const bytes = await read().catch((error: unknown) => {
    throw error instanceof PlinthError ? error : cutShort(error);
  });
  const size = bytes.byteLength;
  if (size > bucket.maxBytes) throw fileTooLarge(bucket.maxBytes);
  if (input.size !== undefined && input.size !== size) throw cutShort(undefined);
  const head = bytes.slice(0, HEAD_BYTES);
  const hash = ownHash(ctx, store);
  hash?.update(bytes);
  const { etag } = await store.put(objectKey(ctx.principal.workspaceId, content), bytes).catch((error: unknown) => {
    throw storeFailure(error);
  });
  return { size, sha256: hash ? toHex(await hash.digest()) : etag, head };
}

function stageStream(
  ctx: RequestContext,
  store: FileStore,
  { content, bucket, input: { size }, room }: Staged,
  body: ReadableStream<Uint8Array>,
): Promise<BodyFacts> {
  return withMemory(ctx, async (memory) => {
    const watch = watchPut(store, size, memory, room.grow);
    const hash = ownHash(ctx, store);
    const inspected = inspectBody(body, bucket.maxBytes, hash, watch);
    const key = objectKey(ctx.principal.workspaceId, content);
    const options = size === undefined ? {} : { size };
    const { etag } = await store.put(key, inspected.stream, options).catch((error: unknown) => {
      throw storeFailure(error);
    });
    return inspected.facts(hash ? undefined : etag);
  });
}

/** Undefined: the store hashes what it writes, and answers with that. */
const ownHash = ({ engine }: RequestContext, { capabilities }: FileStore) =>
  capabilities.etagIsSha256 ? undefined : hashOf(engine);
