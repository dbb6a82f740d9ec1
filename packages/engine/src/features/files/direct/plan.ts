/** The parts in which a client sends a file itself. The same size always gives the same parts, on every store. */

const MIB = 1024 ** 2;
/** Below, one part is enough unless more are asked for. */
const LARGE_BYTES = 100 * 1000 ** 2;
const PART_BYTES = 16 * MIB;
/** One answer lists the URLs of all. */
const MOST_PARTS = 1000;

/** The kinds of such uploads: in one part if it is not large, or in several. */
export const DIRECT = "direct";
export const DIRECT_IN_PARTS = "direct_in_parts";

export interface PlannedPart {
  /** From 1 on. */
  readonly number: number;
  /** Bytes. */
  readonly size: number;
}

/** None for an empty file. All parts but the last have one size. */
export function plannedParts({ kind, size }: { readonly kind: string; readonly size: number }): PlannedPart[] {
  const each = kind === DIRECT && size < LARGE_BYTES ? size : partBytes(size);
  const parts: PlannedPart[] = [];
  for (let sent = 0; sent < size; sent += each) {
    parts.push({ number: parts.length + 1, size: Math.min(each, size - sent) });
  }
  return parts;
}

const partBytes = (size: number): number => Math.max(PART_BYTES, Math.ceil(size / MOST_PARTS / MIB) * MIB);
