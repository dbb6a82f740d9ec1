/** Requests that are taken back as one. */
export type Requests = string | readonly string[];

/** A write that can be taken back. */
export interface KeptWrite {
  readonly requests: Requests;
  /** The message that offered it. */
  readonly message?: string | undefined;
}

const NONE: readonly KeptWrite[] = [];
/** Older ones are in the change log. */
const MOST = 50;

/** Writes without an answer yet, by workspace and collection. */
const underWay = new Map<string, Set<Promise<unknown>>>();

const kept = new Map<string, readonly KeptWrite[]>();
const listeners = new Set<() => void>();

/** The writes of this tab that can be taken back, by workspace and collection, the newest last. */
export const keptWrites = {
  of: (place: string): readonly KeptWrite[] => kept.get(place) ?? NONE,
  add(place: string, write: KeptWrite): void {
    const others = keptWrites.of(place).filter(({ requests }) => !isSame(requests, write.requests));
    set(place, [...others, write].slice(-MOST));
  },
  find: (place: string, requests: Requests): KeptWrite | undefined =>
    keptWrites.of(place).find((write) => isSame(write.requests, requests)),
  /** Answers what was kept of it. */
  take(place: string, requests: Requests): KeptWrite | undefined {
    const found = keptWrites.find(place, requests);
    const others = keptWrites.of(place).filter((write) => write !== found);
    if (found) set(place, others);
    return found;
  },
  /** Until it ends, an undo of this place waits for it. */
  begin(place: string, work: Promise<unknown>): void {
    const open = underWay.get(place) ?? new Set();
    underWay.set(place, open.add(work));
    const end = () => void open.delete(work);
    work.then(end, end);
  },
  isWriting: (place: string): boolean => (underWay.get(place)?.size ?? 0) > 0,
  /** Ends when those are answered that are under way now. */
  async answered(place: string): Promise<void> {
    await Promise.allSettled(underWay.get(place) ?? []);
    // What follows an answer, such as the message that offers its undo, comes first.
    await new Promise((resolve) => setTimeout(resolve, 0));
  },
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
};

function set(place: string, writes: readonly KeptWrite[]): void {
  kept.set(place, writes);
  for (const listener of listeners) listener();
}

const isSame = (a: Requests, b: Requests): boolean => String(a) === String(b);
