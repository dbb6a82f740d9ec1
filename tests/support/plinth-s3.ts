/** A server of Plinth's own as the S3 store of another, which checks signatures as S3 does. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type HostProcess, startHost } from "../matrix/host-process.ts";
import type { TestS3 } from "./s3-server.ts";

const ENTRY = join(import.meta.dirname, "../../apps/server/src/entries/bun.ts");
const OPERATOR = { name: "Store", email: "store@example.com", password: "correct horse battery" };
const MOST_FILE_BYTES = 5 * 1024 ** 4;

interface Answer {
  readonly token?: string;
  readonly data?: { readonly access_key_id: string; readonly secret_access_key: string };
}

export async function startPlinthS3(): Promise<TestS3> {
  const folder = mkdtempSync(join(tmpdir(), "plinth-s3-"));
  const host = await startHost({ command: [process.execPath, ENTRY], cwd: folder, env: {} });
  const stop = async () => {
    await host.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return { ...(await opened(host)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function opened(host: HostProcess): Promise<Omit<TestS3, "stop">> {
  const setup = { "x-plinth-setup-token": await host.setupToken() };
  const { token } = await post(host, "/api/operator/auth/sign-up/email", OPERATOR, setup);
  const operator = { authorization: `Bearer ${token}` };
  const { data } = await post(host, "/api/s3-keys", { name: "store" }, operator);
  const makeBucket = async () => {
    const name = `store-${crypto.randomUUID()}`;
    await post(host, "/api/buckets", { name, max_bytes: MOST_FILE_BYTES }, operator);
    return name;
  };
  return {
    endpoint: `${host.baseUrl}/s3`,
    bucket: await makeBucket(),
    region: "us-east-1",
    accessKeyId: data!.access_key_id,
    secretAccessKey: data!.secret_access_key,
    makeBucket,
  };
}

async function post(host: HostProcess, path: string, body: object, headers: Record<string, string>): Promise<Answer> {
  const answer = await host.fetch(
    new Request(host.baseUrl + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    }),
  );
  if (!answer.ok) throw new Error(`the store answered ${answer.status} to POST ${path}: ${await answer.text()}`);
  return (await answer.json()) as Answer;
}
