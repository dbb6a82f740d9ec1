import { PlinthError } from "@plinth/core";

/** Of one request: on D1 it has a thousand statements, and each try takes several. */
const MOST_TRIES = 80;

/** What is left of a request that would take too many statements: clients send it again. */
export const sendAgain = () =>
  new PlinthError("OVERLOADED", "This is more than one request can delete; send what is left again.", {
    retry_after: 1,
  });

/**
 * Deletes together what can be deleted together: where all are refused because of some, each half is tried by itself. The answer names those that stay. It begins
 * anywhere, so that a client that sends the same again gets further, whatever stays.
 */
export async function inHalves<T>(
  all: readonly T[],
  remove: (some: readonly T[]) => Promise<PlinthError | undefined>,
): Promise<Map<T, PlinthError>> {
  const refused = new Map<T, PlinthError>();
  const from = Math.floor(Math.random() * all.length);
  const open = all.length === 0 ? [] : [[...all.slice(from), ...all.slice(0, from)]];
  for (let tries = 0; open.length > 0; tries++) {
    const some = open.pop()!;
    const error = tries < MOST_TRIES ? await remove(some) : sendAgain();
    if (!error) continue;
    const half = some.length >> 1;
    if (half > 0 && tries < MOST_TRIES && error.status < 500) open.push(some.slice(half), some.slice(0, half));
    else for (const one of some) refused.set(one, error);
  }
  return refused;
}
