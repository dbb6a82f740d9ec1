/** Counts how often a process asks for its writes to be on disk. */
import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Undefined where there is no strace, or where it may not look. */
export async function countFsyncs(pid: number, work: () => Promise<void>): Promise<number | undefined> {
  if (!Bun.which("strace")) return undefined;
  const log = join(tmpdir(), `plinth-fsyncs-${process.pid}.log`);
  const command = ["strace", "-f", "-qq", "-e", "trace=fsync,fdatasync", "-o", log, "-p", String(pid)];
  const tracer = Bun.spawn(command, { stdout: "ignore", stderr: "ignore" });
  try {
    await Bun.sleep(500);
    if (tracer.exitCode !== null) return undefined;
    await work();
    tracer.kill("SIGINT");
    await tracer.exited;
    // A call that another thread interrupts has two lines; the second says "resumed".
    return (readFileSync(log, "utf8").match(/ f(data)?sync\(/g) ?? []).length;
  } finally {
    tracer.kill();
    rmSync(log, { force: true });
  }
}
