// Shows on stderr what is in progress: a spinner with the elapsed time on a terminal, plain lines elsewhere.

/** A failure whose message is for the user; no stack is shown. */
export class Failure extends Error {}

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME_MS = 80;
/** Without a terminal, how often a long step reports that it is still running. */
const REMINDER_MS = 10_000;

let steps = 0;
const begun = Date.now();

export function say(line) {
  process.stderr.write(`${line}\n`);
}

export function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** Waits for `work` under a label and reports how long it took. */
export async function step(label, work, { out = process.stderr, now = Date.now } = {}) {
  steps += 1;
  const start = now();
  const elapsed = () => seconds(now() - start);
  const live = out.isTTY === true;
  let frame = 0;
  const draw = () => {
    frame = (frame + 1) % FRAMES.length;
    out.write(`\r\x1b[2K${FRAMES[frame]} ${label} … ${elapsed()}`);
  };
  if (!live) out.write(`${label} …\n`);
  const timer = live
    ? setInterval(draw, FRAME_MS)
    : setInterval(() => out.write(`${label} … ${elapsed()}\n`), REMINDER_MS);
  const finish = (mark) => {
    clearInterval(timer);
    out.write(
      live
        ? `\r\x1b[2K${mark} ${label} (${elapsed()})\n`
        : `${label}: ${mark === "✓" ? "done" : "failed"} in ${elapsed()}\n`,
    );
  };
  try {
    const result = await work();
    finish("✓");
    return result;
  } catch (error) {
    finish("✗");
    throw error;
  }
}

/** After a first start that installed something, one line ends the preparation; later starts are silent. */
export function announce() {
  if (steps > 0) say(`Ready after ${seconds(Date.now() - begun)}.\n`);
}
