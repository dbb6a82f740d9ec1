/** What has not happened by then will not: long for any machine, and below the limit of a test. */
const LONGEST_MS = 120_000;
const PAUSE_MS = 10;

/** Waits until it is so. `what`: what was expected, and what is there instead, for the error if it never comes. */
export async function until(
  holds: () => unknown | Promise<unknown>,
  what: string | (() => unknown) = String(holds),
): Promise<void> {
  // Not by the date, which some tests set.
  for (const began = performance.now(); !(await holds()); ) {
    if (performance.now() - began > LONGEST_MS) {
      const text = typeof what === "string" ? what : await what();
      throw new Error(`not within ${LONGEST_MS / 1000} s: ${typeof text === "string" ? text : JSON.stringify(text)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
