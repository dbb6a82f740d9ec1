/** Rows that are taken together: a few milliseconds of work. */
const ROWS = 200;
/** The longest time without a pause, in milliseconds. */
const LONGEST = 12;

/** The same rows in small batches, with pauses in which the browser draws and answers. */
export async function* inSlices<Row>(batches: AsyncIterable<readonly Row[]>): AsyncGenerator<Row[]> {
  let began = performance.now();
  for await (const batch of batches) {
    for (let at = 0; at < batch.length; at += ROWS) {
      yield batch.slice(at, at + ROWS);
      if (performance.now() - began < LONGEST) continue;
      await pause();
      began = performance.now();
    }
  }
}

/** Timers would wait for a second in a tab that is not seen. */
function pause(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
