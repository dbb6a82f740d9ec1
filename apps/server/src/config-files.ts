import { type FilePlace, isLoopback, type S3Place } from "@plinth/core";

/** The settings that say where files are kept, as they were read. */
export interface FileSettings {
  readonly FILES_DIR?: string | undefined;
  readonly S3_BUCKET?: string | undefined;
  readonly S3_REGION?: string | undefined;
  readonly S3_ENDPOINT?: string | undefined;
  readonly S3_ACCESS_KEY_ID?: string | undefined;
  readonly S3_SECRET_ACCESS_KEY?: string | undefined;
  readonly S3_FORCE_PATH_STYLE?: boolean | undefined;
}

const S3_NEEDS = ["S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"] as const;
const S3_MAY = ["S3_REGION", "S3_ENDPOINT", "S3_FORCE_PATH_STYLE"] as const;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
/** What servers take that have no regions. */
const ANY_REGION = "us-east-1";

/** Where files are kept; undefined where no setting says it and the host has no `defaultFolder`. Errors go to `problems`. */
export function checkFiles(
  settings: FileSettings,
  defaultFolder: string | undefined,
  problems: string[],
): FilePlace | undefined {
  const { FILES_DIR, S3_BUCKET } = settings;
  if (S3_BUCKET !== undefined) return s3Place(settings, S3_BUCKET, problems);
  for (const name of [...S3_NEEDS, ...S3_MAY]) {
    if (settings[name] !== undefined) problems.push(`${name} is set, but S3_BUCKET is not: it names the bucket.`);
  }
  if (FILES_DIR !== undefined && defaultFolder === undefined) {
    problems.push("FILES_DIR is set, but this host keeps no files on a disk (UNSUPPORTED_BY_HOST): use S3_BUCKET.");
  }
  const folder = FILES_DIR ?? defaultFolder;
  return folder === undefined ? undefined : { kind: "folder", folder };
}

function s3Place(settings: FileSettings, bucket: string, problems: string[]): S3Place {
  const { FILES_DIR, S3_REGION, S3_ENDPOINT: endpoint } = settings;
  if (FILES_DIR !== undefined) problems.push("FILES_DIR and S3_BUCKET are both set: files are kept at one place.");
  if (!BUCKET.test(bucket)) problems.push("S3_BUCKET is not a bucket's name: 3 to 63 of a–z, 0–9, dots and hyphens.");
  for (const name of S3_NEEDS) {
    if (settings[name] === undefined) problems.push(`${name} is not set, but S3_BUCKET requires it.`);
  }
  if (endpoint === undefined && S3_REGION === undefined)
    problems.push("S3_REGION is not set, but S3_BUCKET requires it, unless S3_ENDPOINT names another server than AWS.");
  const wrong = endpoint === undefined ? undefined : endpointProblem(endpoint);
  if (wrong !== undefined) problems.push(`S3_ENDPOINT ${wrong}.`);
  return {
    kind: "s3",
    bucket,
    endpoint,
    region: S3_REGION ?? ANY_REGION,
    accessKeyId: settings.S3_ACCESS_KEY_ID ?? "",
    secretAccessKey: settings.S3_SECRET_ACCESS_KEY ?? "",
    forcePathStyle: settings.S3_FORCE_PATH_STYLE ?? false,
  };
}

/** All names at and below the domain are of S3, so none of them can be of the server or of workspaces too. */
export function checkS3Domain(
  {
    s3Domain: domain,
    appUrl,
    allowedHosts,
    workspaceDomain,
  }: {
    readonly s3Domain: string | undefined;
    readonly appUrl: string;
    readonly allowedHosts: readonly string[];
    readonly workspaceDomain: string | undefined;
  },
  problems: string[],
): void {
  if (domain === undefined) return;
  const named = [
    ["APP_URL", URL.parse(appUrl)?.hostname],
    ["WORKSPACE_DOMAIN", workspaceDomain],
    ...allowedHosts.map((host) => ["ALLOWED_HOSTS", host] as const),
  ] as const;
  for (const [setting, host] of named) {
    if (host === domain || host?.endsWith(`.${domain}`))
      problems.push(`${setting} has ${host}, but all names at and below S3_DOMAIN, ${domain}, are buckets of S3.`);
  }
}

function endpointProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return "must be a URL, such as https://s3.example.com";
  const { protocol, hostname, username, password, search, hash } = new URL(text);
  if (username || password || search || hash) return "must be the address alone, without keys or a query";
  // A name without dots is one of a private network, as containers have them.
  const isNear = isLoopback(hostname) || !hostname.includes(".");
  if (protocol === "https:" || (protocol === "http:" && isNear)) return undefined;
  return "must begin with https://, unless it is on this machine or a host of a private network";
}
