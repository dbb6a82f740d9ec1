import type { Outside } from "../contract/outside.ts";
import type { Lab } from "./lab.ts";
import type { OutsideServers } from "./outside.ts";
import type { Running, Target } from "./target.ts";

/** What the contract reports of one instance. */
export interface ContractReport {
  passed: number;
  failed: { name: string; error: string }[];
  skipped: { name: string; reason: string }[];
}

export interface ContractOptions {
  target: string;
  baseUrl: string;
  setupToken: string;
  maxColumns?: number;
  /** The host has a place for files. */
  files: boolean;
  /** The host changes pictures. */
  images: boolean;
  /** The host runs functions without the sandbox. */
  trusted: boolean;
  /** The host does what is due at its time, without a tick. */
  wakes: boolean;
  outside: Outside;
  fetch(request: Request): Promise<Response>;
  openSocket?(url: URL, headers: Record<string, string>): WebSocket;
  onProgress?: (done: number, total: number, name: string) => void;
}

export type Contract = (options: ContractOptions) => Promise<ContractReport>;

export interface Row extends ContractReport {
  target: string;
  seconds: number;
  /** Why the host could not be started at all on this machine. */
  missing?: string;
  /** What the host wrote; kept where something failed. */
  logs?: string;
}

/** What has failed where no scenario did. */
export const THE_START = "the start";
export const THE_CONTRACT = "the contract";

export async function runTargets(
  targets: readonly Target[],
  lab: Lab,
  outside: OutsideServers,
  contract: Contract,
  atOnce: number,
  onRow: (row: Row) => void,
  onProgress: (target: string, done: number, total: number) => void,
): Promise<Row[]> {
  const rows = new Map<Target, Row>();
  const waiting = [...targets];
  const worker = async () => {
    for (let target = waiting.shift(); target; target = waiting.shift()) {
      const row = await runTarget(target, lab, outside, contract, onProgress);
      rows.set(target, row);
      onRow(row);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return targets.map((target) => rows.get(target)!);
}

async function runTarget(
  target: Target,
  lab: Lab,
  outside: OutsideServers,
  contract: Contract,
  onProgress: (target: string, done: number, total: number) => void,
): Promise<Row> {
  const began = performance.now();
  const row = (report: Partial<Row>): Row => ({
    target: target.name,
    passed: 0,
    failed: [],
    skipped: [],
    seconds: (performance.now() - began) / 1000,
    ...report,
  });
  const missing = target.missing(lab);
  if (missing) return row({ missing, skipped: [{ name: "everything", reason: missing }] });

  let running: Running | undefined;
  try {
    // A host without a disk or a binding keeps its files in S3, as its users do.
    const place = target.files ? {} : await lab.s3();
    running = await target.start(lab, { ...outside.settings, ...place, TRUSTED_FUNCTIONS: "members" });
    const { baseUrl } = running;
    const report = await contract({
      target: target.name,
      baseUrl,
      outside,
      fetch: running.fetch,
      ...(target.sockets && { openSocket: (url, headers) => new WebSocket(url, { headers } as never) }),
      files: true,
      images: target.images === true,
      trusted: target.trusted === true,
      wakes: target.wakes === true,
      setupToken: await running.setupToken(),
      ...(target.maxColumns !== undefined && { maxColumns: target.maxColumns }),
      onProgress: (done, total) => onProgress(target.name, done, total),
    });
    return row({ ...report, ...(report.failed.length > 0 && { logs: running.logs() }) });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return row({
      failed: [{ name: running ? THE_CONTRACT : THE_START, error: text }],
      logs: running?.logs() ?? "",
    });
  } finally {
    await running?.stop();
  }
}
