/**
 * A thread that computes keeps a processor until the system takes it away, which is after some milliseconds where all are busy: so long a request waits that
 * another thread could answer at once. So it leaves the processor more often, by itself. Nobody else is ready: it goes on at once.
 */
const SLICE_MS = 1;
/** The shortest sleep. Systems add about as much again. */
const PAUSE_MS = 0.05;

/** To be called again and again while this thread computes. */
export function pauses(): () => void {
  const nobodyWakes = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  let last = performance.now();
  return () => {
    if (performance.now() - last < SLICE_MS) return;
    Atomics.wait(nobodyWakes, 0, 0, PAUSE_MS);
    last = performance.now();
  };
}
