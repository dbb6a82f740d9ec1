/** Times scrypt by the host's own code. Runs in Bun, Node and Deno: prints the milliseconds of each cost as JSON. */
import { scrypt } from "node:crypto";
import process from "node:process";

const RUNS = 10;

interface Cost {
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

function derive({ ln, r, p }: Cost): Promise<unknown> {
  const N = 2 ** ln;
  return new Promise((resolve, reject) => {
    scrypt("correct horse battery", "salt of sixteen.", 64, { N, r, p, maxmem: 256 * r * (N + p) }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

/** The least of several runs: everything else on the machine only adds to it. */
export async function least(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  return Math.round(Math.min(...times));
}

const [asked] = process.argv.slice(2);
if (asked !== undefined) {
  const times: number[] = [];
  for (const cost of JSON.parse(asked) as Cost[]) times.push(await least(() => derive(cost)));
  console.log(JSON.stringify(times));
}
