export interface S3Address {
  /** `https://s3.eu-central-1.amazonaws.com`; a path in front of the bucket is kept. */
  readonly endpoint: string;
  readonly bucket: string;
  /** The bucket is in the path instead of the host's name. */
  readonly forcePathStyle: boolean;
}

/** The URL of a key, or of the bucket. */
export function urlOf(
  { endpoint, bucket, forcePathStyle }: S3Address,
  key = "",
  query: Readonly<Record<string, string | undefined>> = {},
): URL {
  const url = new URL(endpoint);
  const base = url.pathname.replace(/\/$/, "");
  if (forcePathStyle) url.pathname = `${base}/${bucket}${key && `/${key}`}`;
  else {
    url.hostname = `${bucket}.${url.hostname}`;
    url.pathname = `${base}/${key}`;
  }
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
  return url;
}
