/** Files that arrive over several requests, whatever protocol they come by. */
export { UPLOAD_PIECE } from "../unfinished/repository.ts";
export { type AppendInput, appendToUpload, type BodyDigest, continueUpload } from "./append-bytes.ts";
export { beginUpload, maxUploadBytes, type UploadInput } from "./begin-upload.ts";
export { bodyDigest, CHECKSUMS, isChecksum } from "./checksums.ts";
export { type CompletionInput, completeUpload } from "./complete-upload.ts";
export { concatUploads } from "./concat-uploads.ts";
export { abortUpload, removeEndedUploads } from "./end-upload.ts";
export type { ChosenPart } from "./join-parts.ts";
export { fileUploadsMigration } from "./migrations.ts";
export type { AppendedUpload, PendingUpload } from "./state.ts";
export { findUpload, listParts, type PartInput, type PartSums, type StoredPart, storePart } from "./store-parts.ts";
export { fileUploadParts, fileUploads } from "./tables.ts";
