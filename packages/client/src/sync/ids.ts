import { randomId } from "../random-id.ts";

/**
 * A new item's id: a UUID of version 7, also where there is no `crypto`.
 *
 * @param now Milliseconds.
 */
export function newItemId(now = Date.now()): string {
  const time = Math.trunc(now).toString(16).padStart(12, "0");
  const random = randomId().replaceAll("-", "");
  // The digits of `random` that say its version and variant are left out.
  const variant = "89ab"[Number.parseInt(random[0]!, 16) % 4];
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(1, 4)}-${variant}${random.slice(4, 7)}-${random.slice(20)}`;
}

const TIME_DIGITS = 15;
const COUNT_DIGITS = 6;

/** Names a write so that it comes after `last`, even if the clock was set back. Tabs never make the same name. */
export function nextWriteKey(now: number, last: string | undefined): string {
  const [time, count] = last === undefined ? [0, 0] : last.split("-").map(Number);
  const isLater = now > time!;
  const at = String(isLater ? Math.trunc(now) : time).padStart(TIME_DIGITS, "0");
  const order = String(isLater ? 0 : count! + 1).padStart(COUNT_DIGITS, "0");
  return `${at}-${order}-${randomId().slice(-8)}`;
}
