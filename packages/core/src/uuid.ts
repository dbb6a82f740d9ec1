/**
 * UUIDs of version 7 (RFC 9562 §5.7): 48 bits of milliseconds, then a 12-bit counter that keeps ids of one
 * millisecond in order within a process (§6.2, method 1), then 62 random bits.
 */
let lastMilliseconds = 0;
let counter = 0;
/** Up to the counter, for the last millisecond. */
let beginning = "";
const random = new Uint16Array(2560);
let used = random.length;
/** All texts of three digits: a text of few pieces is made in half of the time, and leaves a third of the garbage. */
const DIGITS = Array.from({ length: 0x1000 }, (_, i) => i.toString(16).padStart(3, "0"));
const VARIANTS = ["-8", "-9", "-a", "-b"];
const RANDOM_PARTS = 5;

export function uuidv7(now: number): string {
  if (now > lastMilliseconds) {
    begin(now);
    counter = next() & 0x7f;
  } else if (++counter > 0xfff) {
    // The counter ran out, or the clock stepped back: use future values rather than repeat or disorder ids.
    begin(lastMilliseconds + 1);
    counter = 0;
  }
  if (used + RANDOM_PARTS > random.length) draw();
  const id = `${beginning}${DIGITS[counter]}${VARIANTS[random[used]! >>> 14]}${digits(used)}-${digits(used + 1)}${digits(used + 2)}${digits(used + 3)}${digits(used + 4)}`;
  used += RANDOM_PARTS;
  return id;
}

function begin(milliseconds: number): void {
  lastMilliseconds = milliseconds;
  beginning = firstUuidv7(milliseconds).slice(0, "00000000-0000-7".length);
}

/** The least UUID of version 7 of a time: ids from it on were made then or later. */
export function firstUuidv7(ms: number): string {
  const time = Math.max(0, Math.floor(ms)).toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
}

function digits(position: number): string {
  return DIGITS[random[position]! & 0xfff]!;
}

function next(): number {
  if (used === random.length) draw();
  return random[used++]!;
}

/** Randomness is drawn in blocks: one system call serves 512 ids. */
function draw(): void {
  crypto.getRandomValues(random);
  used = 0;
}
