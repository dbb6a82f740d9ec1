/** The clients of the trial: how each does what the trial asks of it. They are installed on first use but for rclone, which is a package of the system. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { npmFolder, pythonPrograms } from "../installed.ts";

export const STEPS = ["tree-up", "tree-down", "large-up", "large-down"] as const;
export type Step = (typeof STEPS)[number];

/** Where the endpoint is, and with which keys. */
export interface Endpoint {
  readonly url: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** The file of the certificate that the proxy shows. */
  readonly certificate: string;
}

/** Programs with their arguments, one after the other. */
type Commands = readonly (readonly string[])[];

export interface TrialClient {
  readonly name: string;
  /** `path`: the folder of the tree, or the large file, that is sent or comes into being. */
  commands(step: Step, path: string, at: Endpoint): Commands;
  version(): string;
  /** The variable by which it learns of a certificate. */
  readonly certificate: string;
}

const here = (name: string) => join(import.meta.dirname, name);
const python = (name: string) => join(pythonPrograms("s3-python", ["awscli==1.46.3", "boto3==1.44.8"]), name);
const sdk = () => npmFolder("s3-sdk", ["@aws-sdk/client-s3@3.1175.0"]);

const aws: TrialClient = {
  name: "AWS CLI",
  certificate: "AWS_CA_BUNDLE",
  commands(step, path, { url, bucket }) {
    const s3 = (...more: string[]) => [python("aws"), "--endpoint-url", url, "s3", ...more];
    const [tree, large] = [`s3://${bucket}/tree`, `s3://${bucket}/large.bin`];
    switch (step) {
      case "tree-up":
        return [s3("mb", `s3://${bucket}`), s3("sync", "--quiet", path, tree)];
      case "tree-down":
        return [s3("sync", "--quiet", tree, path)];
      case "large-up":
        return [s3("cp", "--quiet", path, large)];
      case "large-down":
        return [s3("cp", "--quiet", large, path)];
    }
  },
  version: () =>
    outputOf([python("aws"), "--version"])
      .split(" ")[0]!
      .replace("/", " "),
};

const boto3: TrialClient = {
  name: "boto3",
  certificate: "AWS_CA_BUNDLE",
  commands: (step, path, { url, bucket }) => [[python("python"), here("boto3_client.py"), url, bucket, step, path]],
  version: () => outputOf([python("python"), "-c", "import boto3; print('boto3', boto3.__version__)"]),
};

const rclone: TrialClient = {
  name: "rclone",
  certificate: "RCLONE_CA_CERT",
  commands(step, path, { bucket }) {
    const [tree, large] = [`trial:${bucket}/tree`, `trial:${bucket}/large.bin`];
    switch (step) {
      case "tree-up":
        return [
          ["rclone", "mkdir", `trial:${bucket}`],
          ["rclone", "sync", path, tree],
          ["rclone", "check", path, tree],
        ];
      case "tree-down":
        return [
          ["rclone", "sync", tree, path],
          ["rclone", "check", path, tree],
        ];
      case "large-up":
        return [["rclone", "copyto", path, large]];
      case "large-down":
        return [["rclone", "copyto", large, path]];
    }
  },
  version: () => outputOf(["rclone", "version"]).split("\n")[0]!,
};

const awsSdk: TrialClient = {
  name: "@aws-sdk/client-s3",
  certificate: "NODE_EXTRA_CA_CERTS",
  commands: (step, path, { url, bucket }) => [["node", here("sdk-client.mjs"), sdk(), url, bucket, step, path]],
  version: () =>
    `@aws-sdk/client-s3 ${outputOf(["node", "-p", `require("${sdk()}/node_modules/@aws-sdk/client-s3/package.json").version`])}`,
};

export const CLIENTS: readonly TrialClient[] = [aws, boto3, rclone, awsSdk];

/** Nothing but where the endpoint is: what each client does about checksums, parts and retries is its own. */
export function environmentOf(
  client: TrialClient,
  { url, accessKeyId, secretAccessKey, certificate }: Endpoint,
): Record<string, string> {
  return {
    [client.certificate]: certificate,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: "us-east-1",
    AWS_DEFAULT_REGION: "us-east-1",
    NODE_NO_WARNINGS: "1",
    RCLONE_LOG_LEVEL: "ERROR",
    RCLONE_CONFIG_TRIAL_TYPE: "s3",
    RCLONE_CONFIG_TRIAL_PROVIDER: "Other",
    RCLONE_CONFIG_TRIAL_ENV_AUTH: "true",
    RCLONE_CONFIG_TRIAL_ENDPOINT: url,
    RCLONE_CONFIG_TRIAL_FORCE_PATH_STYLE: "true",
  };
}

function outputOf([program, ...args]: readonly string[]): string {
  return spawnSync(program!, args, { encoding: "utf8" }).stdout.trim();
}
