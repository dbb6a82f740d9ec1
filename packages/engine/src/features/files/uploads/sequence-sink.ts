import { type SqlQuery, toHex, uuidv7 } from "@plinth/core";
import { mustHold, refuseUnmet } from "../../../commit/requirement.ts";
import type { RequestContext } from "../../../kernel/engine.ts";
import type { BodyFacts } from "../body.ts";
import { requireBucket } from "../buckets.ts";
import { HEAD_BYTES } from "../content-type.ts";
import type { UploadMemory } from "../memory.ts";
import { hashOf, objectKey, storeOf } from "../object-store.ts";
import { holdLoose, looseDeletion, removeLater } from "../repository.ts";
import { requireUploadRoom, uploadRoom } from "./begin-upload.ts";
import { tailOf } from "./join-parts.ts";
import type { UploadLock } from "./lock.ts";
import { putParts, type UploadPartRow, type UploadRow, updateLockedUpload } from "./repository.ts";
import { expiryOf, HELD, refuseTaken } from "./state.ts";
import { openStoreUpload } from "./store-parts.ts";

/** Takes the next bytes of an upload. */
export interface SequenceSink {
  /** Bytes of the upload that have been written, stored or not. */
  readonly received: number;
  write(chunk: Uint8Array): Promise<void>;
  /** Stores the rest. The facts, if all bytes of the file went through this sink. */
  end(): Promise<BodyFacts | undefined>;
}

/**
 * Every full block becomes a part of the store's upload. The rest is shorter than a part may be, so it is an object of its own, which the next bytes
 * follow in memory; what is whole and shorter than a block becomes the file's object at once. A batch after each block says what is stored. With
 * `atOnce` there is only one, at the end: until then nothing counts, and the next request replaces the parts.
 */
export async function sequenceSink(
  ctx: RequestContext,
  given: {
    readonly row: UploadRow;
    readonly lock: UploadLock;
    readonly memory: UploadMemory;
    readonly atOnce: boolean;
  },
): Promise<SequenceSink> {
  const { row, lock, memory, atOnce } = given;
  const { driver, engine } = ctx;
  const { id, workspaceId, size } = row;
  const store = await storeOf(engine);
  const blockBytes = row.partBytes!;
  const first = await tailBytes();
  let [block, filled] = [first, first.byteLength];
  let { received, storeUpload } = row;
  let number = Math.floor(received / blockBytes);
  let stored: UploadPartRow[] = [];
  let tail = row.tail;
  let counted = received;
  const facts = received === 0 ? runningFacts(ctx) : undefined;

  async function tailBytes(): Promise<Uint8Array<ArrayBuffer>> {
    const length = row.received % blockBytes;
    if (length === 0) return new Uint8Array(0);
    memory.hold(length);
    return new Uint8Array(await new Response(await tailOf(store, row, length)).arrayBuffer());
  }

  function makeRoom(bytes: number): void {
    const needed = filled + bytes;
    if (needed <= block.byteLength) return;
    const rest = size === null ? blockBytes : size - received + filled;
    const grown = Math.min(blockBytes, rest, Math.max(needed, block.byteLength * 2, 64 * 1024));
    memory.hold(grown);
    const larger = new Uint8Array(grown);
    larger.set(block.subarray(0, filled));
    block = larger;
  }

  /** What is not announced may not fit any more. A batch that is refused would come after its bytes, which then nobody counts. */
  async function requireNext(): Promise<void> {
    if (size === null) await requireUploadRoom(ctx, await requireBucket(ctx, row.bucket), received - counted);
  }

  async function storeBlock(): Promise<void> {
    await requireNext();
    const upload = await openStoreUpload(ctx, { ...row, storeUpload });
    storeUpload = upload.id;
    const part = await upload.part(++number, block.subarray(0, filled));
    stored.push({ workspaceId, upload: id, number, etag: part.etag, size: part.size, md5: null, checksum: null });
    filled = 0;
    if (!atOnce) await save(null, []);
  }

  /** What is stored counts from here on. */
  async function save(newTail: string | null, beside: readonly SqlQuery[], whole: WholeObject = {}): Promise<void> {
    const now = engine.clock.now();
    const room = size === null && received > counted ? uploadRoom(ctx, await requireBucket(ctx, row.bucket)) : [];
    const change = { received, tail: newTail, expiresAt: expiryOf(row, now), ...whole };
    const old = tail === null ? [] : [removeLater(driver, { id: tail, workspaceId, since: now })];
    const queries = [
      ...updateLockedUpload(driver, { id, token: lock.token, label: HELD }, change),
      ...putParts(driver, stored),
      ...old,
      ...beside,
      ...mustHold(room),
    ];
    await driver.batch(queries).catch(refuseUnmet(room)).catch(refuseTaken);
    [tail, stored, counted] = [newTail, [], received];
  }

  async function storeTail(): Promise<void> {
    await requireNext();
    const object = uuidv7(engine.clock.now());
    await driver.run(holdLoose(driver, { id: object, workspaceId, since: engine.clock.now() }));
    await store.put(objectKey(workspaceId, object), block.subarray(0, filled));
    await save(object, [looseDeletion(driver, [object])]);
  }

  /** A file of one block needs no parts. Its object is a new one: a server that lost the lock may still write to its own. */
  async function storeWhole(): Promise<void> {
    const now = engine.clock.now();
    const content = storeUpload === null ? uuidv7(now) : row.content;
    await driver.run(holdLoose(driver, { id: content, workspaceId, since: now }));
    await store.put(objectKey(workspaceId, content), block.subarray(0, filled));
    await save(null, [], { joined: true, content });
  }

  return {
    get received() {
      return received;
    },
    async write(chunk) {
      memory.arrived(received - row.received + chunk.byteLength);
      facts?.update(chunk);
      for (let rest = chunk; rest.byteLength > 0; ) {
        const taken = rest.subarray(0, blockBytes - filled);
        makeRoom(taken.byteLength);
        block.set(taken, filled);
        filled += taken.byteLength;
        received += taken.byteLength;
        rest = rest.subarray(taken.byteLength);
        if (filled === blockBytes) await storeBlock();
      }
    },
    async end() {
      if (received === row.received) return undefined;
      const isWhole = received === size;
      if (filled === 0) await save(null, []);
      else if (!isWhole) await storeTail();
      else if (number === 0) await storeWhole();
      else {
        await storeBlock();
        if (atOnce) await save(null, []);
      }
      return isWhole ? facts?.all(received) : undefined;
    },
  };
}

type WholeObject = Partial<Pick<UploadRow, "joined" | "content">>;

/** SHA-256 and the first bytes of what passes. */
function runningFacts({ engine }: RequestContext) {
  const hash = hashOf(engine);
  const head = new Uint8Array(HEAD_BYTES);
  let size = 0;
  return {
    update(bytes: Uint8Array): void {
      if (size < HEAD_BYTES) head.set(bytes.subarray(0, HEAD_BYTES - size), size);
      size += bytes.byteLength;
      hash.update(bytes);
    },
    all: async (bytes: number): Promise<BodyFacts> => ({
      size: bytes,
      sha256: toHex(await hash.digest()),
      head: head.subarray(0, Math.min(bytes, HEAD_BYTES)),
    }),
  };
}
