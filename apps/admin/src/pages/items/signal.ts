/** Milliseconds: a frame of the screen. */
const FRAME = 16;

/** Tells of all changes within a frame at once: the stream brings a bulk change as hundreds of events, and each render takes a while. */
export function signal() {
  const listeners = new Set<() => void>();
  let revision = 0;
  let isWaiting = false;
  const tell = () => {
    isWaiting = false;
    revision++;
    for (const listener of listeners) listener();
  };
  return {
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    read: () => revision,
    notify: () => {
      if (isWaiting) return;
      isWaiting = true;
      setTimeout(tell, FRAME);
    },
  };
}
