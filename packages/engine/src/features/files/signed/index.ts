export { signedUrlMigrations } from "./migrations.ts";
export { openSignedFile } from "./open-signed-file.ts";
export { type RevokedUrls, revokeUrls, revokeUrlsSchema } from "./revoke-urls.ts";
export { type SignedUrl, signFile, signFileSchema } from "./sign-file.ts";
export { SIGNATURE } from "./signed-url.ts";
export { urlRevocations } from "./tables.ts";
