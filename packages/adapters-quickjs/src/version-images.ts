import type { PackedProgram } from "@plinth/core/sandbox";
import { bytesOfImage } from "./heap-image.ts";
import type { RealmImage } from "./realm-image.ts";

/** An interpreter that has evaluated the module of a program. Its function has not been called. */
export interface VersionImage extends RealmImage {
  /** What the evaluation has returned. */
  readonly module: number;
  /** Turns of loops that it took: each run pays them. */
  readonly turns: bigint;
}

/** How a run reports the module that it evaluates. */
export interface Evaluation {
  /** What it leaves is worth keeping, where each evaluation would come to the same. */
  readonly isKept: boolean;
  /** What it took. */
  took(turns: bigint): void;
  keep(image: VersionImage): void;
}

interface KnownVersion {
  readonly source: string;
  /** Turns that its evaluations took, together. */
  turns: bigint;
  readonly image?: VersionImage;
}

export interface VersionImagesOptions {
  /** Of all that is kept. The versions that have waited longest for a run go first. */
  readonly mostBytes?: number;
  /** An image is made when the evaluations have taken more than these: that costs some milliseconds. */
  readonly worthTurns?: bigint;
}

const MOST_BYTES = 8 * 1024 ** 2;
const WORTH_TURNS = 1_000_000n;
/** Of one version. One that has more costs as much to copy as to evaluate. */
const MOST_IMAGE_BYTES = 1024 ** 2;

/** What versions of programs have evaluated already. */
export class VersionImages {
  /** The latest one is the last. */
  readonly #known = new Map<string, KnownVersion>();
  readonly #mostBytes: number;
  readonly #worthTurns: bigint;
  #bytes = 0;

  constructor({ mostBytes = MOST_BYTES, worthTurns = WORTH_TURNS }: VersionImagesOptions = {}) {
    this.#mostBytes = mostBytes;
    this.#worthTurns = worthTurns;
  }

  /** Without an image, the module is to be evaluated. */
  find({ version, source, limits, checkOnly }: PackedProgram): {
    readonly image?: VersionImage;
    readonly evaluation?: Evaluation;
  } {
    if (version === undefined || checkOnly) return {};
    // What an evaluation comes to may depend on them.
    const key = `${version} ${limits.memoryBytes} ${limits.cpuMs}`;
    const before = this.#known.get(key);
    const known = before?.source === source ? before : { source, turns: 0n };
    this.#set(key, known);
    if (known.image) return { image: known.image };
    return {
      evaluation: {
        isKept: known.turns > this.#worthTurns,
        took(turns) {
          known.turns += turns;
        },
        keep: (image) => {
          const fits = bytesOfImage(image.heap) <= MOST_IMAGE_BYTES;
          // It may have been forgotten meanwhile. One that is too large is looked at again after as many turns.
          if (this.#known.get(key) === known) this.#set(key, { source, turns: 0n, ...(fits && { image }) });
        },
      },
    };
  }

  #set(key: string, version: KnownVersion): void {
    this.#forget(key);
    this.#known.set(key, version);
    this.#bytes += bytesOf(version);
    for (const oldest of this.#known.keys()) {
      if (this.#bytes <= this.#mostBytes) return;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    const version = this.#known.get(key);
    if (!version) return;
    this.#known.delete(key);
    this.#bytes -= bytesOf(version);
  }
}

const bytesOf = ({ source, image }: KnownVersion): number => 2 * source.length + (image ? bytesOfImage(image.heap) : 0);
