/** An S3 server of the test's own that checks signatures. `startS3` answers undefined, after saying why, where the program is not here. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";

export interface TestS3 {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  stop(): Promise<void>;
}

const BUILT = join(import.meta.dir, "../../.cache/bin/versitygw");
const HOW = "GOBIN=$PWD/.cache/bin go install github.com/versity/versitygw/cmd/versitygw@v1.8.0, which takes minutes";

/** Why there is none, or undefined. */
export const NO_S3 = Bun.which("versitygw") || existsSync(BUILT) ? undefined : `there is no versitygw here: ${HOW}`;

export async function startS3(): Promise<TestS3 | undefined> {
  if (NO_S3 !== undefined) {
    console.log(`skipped: ${NO_S3}`);
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), "plinth-s3-"));
  const bucket = "plinth-test";
  // A folder at the top is a bucket.
  for (const name of [bucket, "../iam"]) mkdirSync(join(folder, "data", name), { recursive: true });
  const port = await freePort();
  const keys = { accessKeyId: "AKIATEST", secretAccessKey: "s3cr3t/with+signs" };
  const program = Bun.which("versitygw") ?? BUILT;
  const setpriv = Bun.which("setpriv");
  const child = Bun.spawn(
    [
      ...(setpriv ? [setpriv, "--pdeathsig=KILL"] : []),
      program,
      "--port",
      `127.0.0.1:${port}`,
      "--iam-dir",
      join(folder, "iam"),
      "--quiet",
      "posix",
      join(folder, "data"),
    ],
    {
      env: { ...process.env, ROOT_ACCESS_KEY: keys.accessKeyId, ROOT_SECRET_KEY: keys.secretAccessKey },
      stdout: "ignore",
      stderr: "ignore",
    },
  );
  const endpoint = `http://127.0.0.1:${port}`;
  while (!(await answers(endpoint))) {
    if (child.exitCode !== null) throw new Error(`versitygw ended with ${child.exitCode}`);
    await Bun.sleep(20);
  }
  return {
    endpoint,
    bucket,
    region: "us-east-1",
    ...keys,
    async stop() {
      child.kill("SIGKILL");
      await child.exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answers(endpoint: string): Promise<boolean> {
  return fetch(endpoint).then(
    () => true,
    () => false,
  );
}
