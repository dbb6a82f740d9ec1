import type { S3KeyWithSecret } from "@plinth/client/files";
import type { CodeSample } from "../../ui/code-block.tsx";

type Credentials = Pick<S3KeyWithSecret, "access_key_id" | "secret_access_key" | "prefix">;

const REGION = "us-east-1";

/** What clients of S3 need to use the key, and a first call by each: it lists what the key sees of a bucket. */
export function s3SamplesOf(key: Credentials, endpoint: string, bucket: string): readonly CodeSample[] {
  return [
    { label: "AWS CLI", code: awsOf(key, endpoint, bucket) },
    { label: "rclone", code: rcloneOf(key, endpoint, bucket) },
    { label: "Python", code: botoOf(key, endpoint, bucket) },
    { label: "JavaScript", code: javaScriptOf(key, endpoint, bucket) },
  ];
}

function awsOf({ access_key_id, secret_access_key, prefix }: Credentials, endpoint: string, bucket: string): string {
  return `export AWS_ACCESS_KEY_ID='${access_key_id}'
export AWS_SECRET_ACCESS_KEY='${secret_access_key}'
export AWS_REGION=${REGION}
export AWS_ENDPOINT_URL='${endpoint}'
aws s3 ls ${quoted(`s3://${bucket}/${prefix}`)}`;
}

function rcloneOf({ access_key_id, secret_access_key, prefix }: Credentials, endpoint: string, bucket: string): string {
  return `cat >> ~/.config/rclone/rclone.conf <<'END'
[plinth]
type = s3
provider = Other
access_key_id = ${access_key_id}
secret_access_key = ${secret_access_key}
endpoint = ${endpoint}
region = ${REGION}
force_path_style = true
END
rclone ls ${quoted(`plinth:${bucket}/${folderOf(prefix)}`)}`;
}

function botoOf({ access_key_id, secret_access_key, prefix }: Credentials, endpoint: string, bucket: string): string {
  return `import boto3

s3 = boto3.client(
    "s3",
    endpoint_url="${endpoint}",
    region_name="${REGION}",
    aws_access_key_id="${access_key_id}",
    aws_secret_access_key="${secret_access_key}",
)
print(s3.list_objects_v2(Bucket="${bucket}", Prefix=${JSON.stringify(prefix)}))`;
}

function javaScriptOf(
  { access_key_id, secret_access_key, prefix }: Credentials,
  endpoint: string,
  bucket: string,
): string {
  return `import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";

const s3 = new S3Client({
  endpoint: "${endpoint}",
  region: "${REGION}",
  forcePathStyle: true,
  credentials: { accessKeyId: "${access_key_id}", secretAccessKey: "${secret_access_key}" },
});
console.log(await s3.send(new ListObjectsV2Command({ Bucket: "${bucket}", Prefix: ${JSON.stringify(prefix)} })));`;
}

/** rclone lists folders, not beginnings of names. */
const folderOf = (prefix: string): string => prefix.slice(0, prefix.lastIndexOf("/") + 1);

/** For a shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
