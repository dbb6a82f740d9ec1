export { type RestoredFile, restoreFile, restoreFileSchema } from "./restore.ts";
export {
  deleteVersion,
  type FileVersion,
  listVersions,
  openVersion,
  requireOpenBytes,
  requireVersion,
  requireVersioned,
} from "./versions.ts";
