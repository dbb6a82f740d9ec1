export { addImageFields } from "./add-fields.ts";
export { type ImageInput, imageEditOf, openImage } from "./open-image.ts";
