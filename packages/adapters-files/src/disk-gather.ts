/**
 * Small writes that go to the disk at the same time share the sync of their folder, and what their callers do afterwards: the
 * first that is ready waits for those that had begun by then.
 */

/** Whatever the others do: a disk may take seconds for one of them. */
const LONGEST_MS = 20;

interface Gate {
  left: number;
  open(): void;
}

interface Coming {
  gate?: Gate;
}

/** By folder. Of the process, as the folders are the machine's. */
const coming = new Map<string, Set<Coming>>();

/** Does a small write, which calls what it gets directly before it asks for the sync of the folder. */
export async function whileComing<T>(folder: string, write: (arrived: () => void) => Promise<T>): Promise<T> {
  const arrived = announce(folder);
  try {
    return await write(arrived);
  } finally {
    arrived();
  }
}

function announce(folder: string): () => void {
  const one: Coming = {};
  const all = coming.get(folder) ?? new Set();
  coming.set(folder, all.add(one));
  return () => {
    if (!all.delete(one)) return;
    if (all.size === 0 && coming.get(folder) === all) coming.delete(folder);
    if (one.gate && --one.gate.left === 0) one.gate.open();
  };
}

/** Waits for the writes that have begun and not come to their sync. */
export async function gatherWrites(folder: string): Promise<void> {
  const all = coming.get(folder);
  if (!all) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, LONGEST_MS);
    const gate: Gate = {
      left: all.size,
      open() {
        clearTimeout(timer);
        resolve();
      },
    };
    for (const one of all) one.gate = gate;
  });
}
