/** So long may handlers that do not yield keep timers from running. */
const TURN_MS = 10;

/**
 * Whether another job may begin now. Where handlers have kept timers from running for a while, reports, heartbeats and what else
 * waits for them come first: then the answer is false, and `resume` is called after them.
 */
export function turns(resume: () => void): () => boolean {
  let began: number | undefined;
  let isPostponed = false;
  return () => {
    if (isPostponed) return false;
    if (began === undefined) {
      began = performance.now();
      setTimeout(() => {
        began = undefined;
      }, 0);
      return true;
    }
    if (performance.now() - began < TURN_MS) return true;
    isPostponed = true;
    setTimeout(() => {
      isPostponed = false;
      resume();
    }, 0);
    return false;
  };
}
