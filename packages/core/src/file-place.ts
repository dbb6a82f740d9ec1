/** A bucket of a service with the API of S3, as the settings name it. */
export interface S3Place {
  readonly kind: "s3";
  readonly bucket: string;
  readonly region: string;
  readonly endpoint: string | undefined;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly forcePathStyle: boolean;
}

/** Where the files of a server are kept. */
export type FilePlace = { readonly kind: "folder"; readonly folder: string } | S3Place;
