/** An S3 server of the test's own that checks signatures: versitygw where it is here, otherwise Plinth's. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { startPlinthS3 } from "./plinth-s3.ts";

export interface TestS3 {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Makes another bucket, and answers with its name. */
  makeBucket(): Promise<string>;
  stop(): Promise<void>;
}

const BUILT = join(import.meta.dir, "../../.cache/bin/versitygw");
const HOW = "GOBIN=$PWD/.cache/bin go install github.com/versity/versitygw/cmd/versitygw@v1.8.0, which takes minutes";

/** Why there is none, or undefined. */
export const NO_VERSITYGW =
  Bun.which("versitygw") || existsSync(BUILT) ? undefined : `there is no versitygw here: ${HOW}`;

export function startS3(): Promise<TestS3> {
  return NO_VERSITYGW === undefined ? startVersitygw() : startPlinthS3();
}

/** The settings of a host that keeps its files in a bucket of its own. */
export async function s3Settings(server: TestS3): Promise<Readonly<Record<string, string>>> {
  return {
    S3_ENDPOINT: server.endpoint,
    S3_BUCKET: await server.makeBucket(),
    S3_REGION: server.region,
    S3_ACCESS_KEY_ID: server.accessKeyId,
    S3_SECRET_ACCESS_KEY: server.secretAccessKey,
    S3_FORCE_PATH_STYLE: "true",
  };
}

export async function startVersitygw(): Promise<TestS3> {
  const folder = mkdtempSync(join(tmpdir(), "plinth-s3-"));
  const makeBucket = async () => {
    const name = `store-${crypto.randomUUID()}`;
    // A folder at the top is a bucket.
    mkdirSync(join(folder, "data", name), { recursive: true });
    return name;
  };
  const bucket = await makeBucket();
  mkdirSync(join(folder, "iam"));
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
    makeBucket,
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
