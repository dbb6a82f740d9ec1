import { bytesOfImage } from "./heap-image.ts";
import type { PackedProgram } from "./packed-program.ts";
import type { RealmImage } from "./realm-image.ts";

/** An interpreter that has evaluated the module of a program. Its function has not been called. */
export interface VersionImage extends RealmImage {
  /** What the evaluation has returned. */
  readonly module: number;
  /** Turns of loops that it took: each run pays them. */
  readonly turns: bigint;
}

interface KnownVersion {
  readonly source: string;
  image?: VersionImage;
}

/** Of all that is kept. The versions that have waited longest for a run go first. */
const MOST_BYTES = 8 * 1024 ** 2;
/** Of one version. One that has more costs as much to copy as to evaluate. */
const MOST_IMAGE_BYTES = 1024 ** 2;

/** What versions of programs have evaluated already. One that runs once leaves nothing but its source. */
export class VersionImages {
  /** The latest one is the last. */
  readonly #known = new Map<string, KnownVersion>();
  #bytes = 0;

  constructor(private readonly most = MOST_BYTES) {}

  /** Absent: the module is to be evaluated. `keep`: it has been before, and what it leaves is worth keeping. */
  find({ version, source, limits, checkOnly }: PackedProgram): {
    readonly image?: VersionImage | undefined;
    readonly keep?: (image: VersionImage) => void;
  } {
    if (version === undefined || checkOnly) return {};
    const key = `${version} ${limits.memoryBytes} ${limits.cpuMs}`;
    const known = this.#known.get(key);
    if (known) this.#forget(key, known);
    const found = known?.source === source ? known : { source };
    this.#remember(key, found);
    if (found.image) return { image: found.image };
    return found === known ? { keep: (image) => this.#keep(key, found, image) } : {};
  }

  #keep(key: string, version: KnownVersion, image: VersionImage): void {
    if (bytesOfImage(image.heap) > MOST_IMAGE_BYTES || this.#known.get(key) !== version) return;
    this.#forget(key, version);
    this.#remember(key, { ...version, image });
  }

  #remember(key: string, version: KnownVersion): void {
    this.#known.set(key, version);
    this.#bytes += bytesOf(version);
    for (const [oldest, one] of this.#known) {
      if (this.#bytes <= this.most) return;
      this.#forget(oldest, one);
    }
  }

  #forget(key: string, version: KnownVersion): void {
    this.#known.delete(key);
    this.#bytes -= bytesOf(version);
  }
}

const bytesOf = ({ source, image }: KnownVersion): number => 2 * source.length + (image ? bytesOfImage(image.heap) : 0);
