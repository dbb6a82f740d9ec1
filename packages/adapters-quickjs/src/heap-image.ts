/** So many bytes are compared and copied at once. */
const PAGE_BYTES = 4096;
const PAGE_WORDS = PAGE_BYTES / Int32Array.BYTES_PER_ELEMENT;

/** What a memory held at a moment: the pages that differ from those of an earlier image, or, without one, from a memory without content. */
export interface HeapImage {
  readonly earlier: HeapImage | undefined;
  /** By their numbers. */
  readonly pages: ReadonlyMap<number, Int32Array>;
  /** Of the whole memory. */
  readonly byteLength: number;
}

export function heapImage(memory: WebAssembly.Memory, earlier?: HeapImage): HeapImage {
  const words = new Int32Array(memory.buffer);
  const pages = new Map<number, Int32Array>();
  for (let page = 0, at = 0; at < words.length; page++, at += PAGE_WORDS) {
    if (isSame(words, at, pageIn(earlier, page))) continue;
    pages.set(page, words.slice(at, at + PAGE_WORDS));
  }
  return { earlier, pages, byteLength: words.byteLength };
}

/** The memory must hold what the first of its earlier images does, as every new instance of the same program. */
export function copyImage({ earlier, pages }: HeapImage, memory: WebAssembly.Memory): void {
  if (!earlier) return;
  copyImage(earlier, memory);
  const words = new Int32Array(memory.buffer);
  for (const [page, content] of pages) words.set(content, page * PAGE_WORDS);
}

/** What it needs beside the earlier image. */
export const bytesOfImage = ({ pages }: HeapImage): number => pages.size * PAGE_BYTES;

function pageIn(image: HeapImage | undefined, page: number): Int32Array | undefined {
  return image && (image.pages.get(page) ?? pageIn(image.earlier, page));
}

function isSame(words: Int32Array, at: number, page: Int32Array | undefined): boolean {
  for (let i = 0; i < PAGE_WORDS; i++) if (words[at + i] !== (page ? page[i] : 0)) return false;
  return true;
}
