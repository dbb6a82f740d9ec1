/**
 * The bytes with which files of a type begin: https://www.iana.org/assignments/media-types, https://mimesniff.spec.whatwg.org/ and
 * https://en.wikipedia.org/wiki/List_of_file_signatures. `?` stands for any byte, `\xNN` for one by its number.
 */
type Signature = readonly [type: string, bytes: string, offset?: number];

const SIGNATURES: readonly Signature[] = [
  ["image/png", "\x89PNG\r\n\x1a\n"],
  ["image/jpeg", "\xff\xd8\xff"],
  ["image/gif", "GIF87a"],
  ["image/gif", "GIF89a"],
  ["image/webp", "RIFF????WEBPVP8"],
  ["image/avif", "????ftypavif"],
  ["image/avif", "????ftypavis"],
  ["image/heic", "????ftypheic"],
  ["image/heic", "????ftypheix"],
  ["image/heif", "????ftypmif1"],
  ["image/tiff", "II*\0"],
  ["image/tiff", "MM\0*"],
  ["image/bmp", "BM????\0\0\0\0"],
  ["image/x-icon", "\0\0\x01\0"],
  ["image/vnd.adobe.photoshop", "8BPS"],
  ["image/jxl", "\0\0\0\x0cJXL \r\n\x87\n"],
  ["audio/mpeg", "ID3"],
  ["audio/mpeg", "\xff\xfb"],
  ["audio/mpeg", "\xff\xf3"],
  ["audio/mpeg", "\xff\xf2"],
  ["audio/aac", "\xff\xf1"],
  ["audio/aac", "\xff\xf9"],
  ["audio/flac", "fLaC"],
  ["audio/wav", "RIFF????WAVE"],
  ["audio/aiff", "FORM????AIFF"],
  ["audio/mp4", "????ftypM4A"],
  ["audio/midi", "MThd"],
  ["audio/amr", "#!AMR"],
  ["audio/ogg", "OggS????????????????????????OpusHead"],
  ["audio/ogg", "OggS?????????????????????????vorbis"],
  ["video/ogg", "OggS"],
  ["video/x-msvideo", "RIFF????AVI "],
  ["video/quicktime", "????ftypqt"],
  ["video/mp4", "????ftyp"],
  ["video/webm", "\x1aE\xdf\xa3"],
  ["video/mpeg", "\0\0\x01\xba"],
  ["video/x-flv", "FLV\x01"],
  ["font/woff", "wOFF"],
  ["font/woff2", "wOF2"],
  ["font/otf", "OTTO"],
  ["font/ttf", "\0\x01\0\0\0"],
  ["font/collection", "ttcf"],
  ["application/pdf", "%PDF-"],
  ["application/zip", "PK\x03\x04"],
  ["application/zip", "PK\x05\x06"],
  ["application/gzip", "\x1f\x8b"],
  ["application/zstd", "\x28\xb5\x2f\xfd"],
  ["application/x-bzip2", "BZh"],
  ["application/x-xz", "\xfd7zXZ\0"],
  ["application/x-7z-compressed", "7z\xbc\xaf\x27\x1c"],
  ["application/vnd.rar", "Rar!\x1a\x07"],
  ["application/x-tar", "ustar", 257],
  ["application/rtf", "{\\rtf"],
  ["application/postscript", "%!PS"],
  ["application/wasm", "\0asm"],
  ["application/vnd.sqlite3", "SQLite format 3\0"],
  ["application/vnd.apache.parquet", "PAR1"],
  ["application/x-elf", "\x7fELF"],
  ["application/x-msdownload", "MZ"],
  ["application/x-ole-storage", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"],
];

/** The first of these types whose signature the bytes have. */
export function typeBySignature(head: Uint8Array): string | undefined {
  return SIGNATURES.find((one) => begins(head, one))?.[0];
}

function begins(head: Uint8Array, [, bytes, offset = 0]: Signature): boolean {
  if (head.byteLength < offset + bytes.length) return false;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== "?" && head[offset + i] !== bytes.charCodeAt(i)) return false;
  }
  return true;
}
