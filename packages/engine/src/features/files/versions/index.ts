export { type RestoredFile, restoreFile, restoreFileSchema } from "./restore.ts";
export {
  deleteVersion,
  type FileVersion,
  listVersions,
  openVersion,
  requireVersion,
  requireVersioned,
} from "./versions.ts";
