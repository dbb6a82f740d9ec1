const EVEN_MS = 500;
/** Work that takes longer ends at a multiple of this, and tells as little. */
const EVEN_STEP_MS = 250;

/** Does work whose time must not tell whether an account exists. */
export async function inEvenTime<T>(work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  try {
    return await work();
  } finally {
    const elapsed = performance.now() - began;
    const end = Math.max(EVEN_MS, Math.ceil(elapsed / EVEN_STEP_MS) * EVEN_STEP_MS);
    await new Promise((resolve) => setTimeout(resolve, end - elapsed));
  }
}
