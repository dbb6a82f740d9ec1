export {
  type FocalPoint,
  focalPointOf,
  IMAGE_FITS,
  IMAGE_FORMATS,
  IMAGE_POSITIONS,
  type ImageFit,
  type ImageFormat,
  typeOfFormat,
} from "./edit.ts";
export {
  IMAGE_HEAD_BYTES,
  IMAGE_TYPES,
  type ImageHeader,
  type ImageType,
  imageHeaderOf,
  isImageType,
} from "./header.ts";
export { type JpegHeader, jpegHeaderOf } from "./jpeg-size.ts";
export { type ImageBox, type ImageFrame, type ImageLayout, imageLayout } from "./layout.ts";
export type { ImageSize } from "./size.ts";
