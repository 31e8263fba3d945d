import type { AttachmentClass } from '@weir/schemas/attributes';

const classByMime: readonly (readonly [RegExp, AttachmentClass])[] = [
  [/^image\//, 'image'],
  [/^audio\//, 'audio'],
  [/^video\//, 'video'],
  [/^application\/(x-)?pdf$/, 'pdf'],
  [/spreadsheet|ms-?excel|^text\/(csv|tab-separated-values)$/, 'spreadsheet'],
  [
    /^application\/(zip|gzip|x-(tar|gzip|bzip2|xz|7z-compressed|rar-compressed|zip-compressed)|vnd\.rar|zstd)$/,
    'archive',
  ],
  [
    /wordprocessing|presentation|opendocument\.text|^application\/(msword|rtf|epub\+zip|vnd\.ms-powerpoint)$|^text\/rtf$/,
    'document',
  ],
  [
    /javascript|typescript|^text\/(x-(python|java|c|c\+\+|csharp|ruby|go|rust|sh|script\..+)|html|css|xml|php)$|^application\/(json|xml|x-(sh|httpd-php|yaml|ipynb\+json)|yaml|sql)$/,
    'code',
  ],
  [/^text\//, 'text'],
];

/** MIME types by file extension, and by the words that Bedrock and OpenAI use for a format. */
const mimeByExtension: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  bmp: 'image/bmp',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  heic: 'image/heic',
  svg: 'image/svg+xml',
  pdf: 'application/pdf',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  odt: 'application/vnd.oasis.opendocument.text',
  rtf: 'application/rtf',
  ppt: 'application/vnd.ms-powerpoint',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  epub: 'application/epub+zip',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  m4a: 'audio/mp4',
  ogg: 'audio/ogg',
  opus: 'audio/opus',
  flac: 'audio/flac',
  aac: 'audio/aac',
  pcm16: 'audio/pcm',
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  mkv: 'video/x-matroska',
  webm: 'video/webm',
  mpeg: 'video/mpeg',
  mpg: 'video/mpeg',
  zip: 'application/zip',
  gz: 'application/gzip',
  tar: 'application/x-tar',
  '7z': 'application/x-7z-compressed',
  rar: 'application/vnd.rar',
  txt: 'text/plain',
  md: 'text/markdown',
  html: 'text/html',
  htm: 'text/html',
  css: 'text/css',
  json: 'application/json',
  xml: 'application/xml',
  yaml: 'application/yaml',
  yml: 'application/yaml',
  py: 'text/x-python',
  js: 'text/javascript',
  ts: 'text/x-typescript',
  java: 'text/x-java',
  c: 'text/x-c',
  cpp: 'text/x-c++',
  cs: 'text/x-csharp',
  go: 'text/x-go',
  rs: 'text/x-rust',
  rb: 'text/x-ruby',
  php: 'text/php',
  sh: 'application/x-sh',
  sql: 'application/sql',
  ipynb: 'application/x-ipynb+json',
};

/** @param mime without parameters. @returns `other` for a type that no class claims, `unknown` without a type. */
export function attachmentClassOf(mime: string | undefined): AttachmentClass {
  if (mime === undefined || mime === 'application/octet-stream') return 'unknown';
  return classByMime.find(([pattern]) => pattern.test(mime))?.[1] ?? 'other';
}

/** @param name a file name, a URL's path, or a bare format word. */
export function mimeOfName(name: string): string | undefined {
  const path = name.split(/[?#]/, 1)[0] ?? '';
  const extension = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  return Object.hasOwn(mimeByExtension, extension) ? mimeByExtension[extension] : undefined;
}

/** @returns the type in lower case without parameters; undefined for what is no MIME type. */
export function mimeOf(value: string): string | undefined {
  const mime = value.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return /^[a-z0-9.+-]{1,64}\/[a-z0-9.+-]{1,100}$/.test(mime) ? mime : undefined;
}

/** The first characters of base64 tell the type of a file that comes without one (Ollama, raw `bytes`). */
const mimeByBase64Start: readonly (readonly [string, string])[] = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['Qk0', 'image/bmp'],
  ['JVBERi', 'application/pdf'],
  ['SUQz', 'audio/mpeg'],
  ['T2dnUw', 'audio/ogg'],
  ['ZkxhQw', 'audio/flac'],
];

/** A RIFF container names its kind after its size. */
const mimeByRiffKind: Readonly<Record<string, string>> = {
  WEBP: 'image/webp',
  WAVE: 'audio/wav',
  'AVI ': 'video/x-msvideo',
};

/** The first bits of an MPEG audio frame: layer III of versions 1 and 2. */
const mpegFrame = /^\/\/[I-Po-v]/;

export function mimeOfBase64(head: string): string | undefined {
  if (head.startsWith('UklGR')) return mimeOfRiff(head);
  if (mpegFrame.test(head)) return 'audio/mpeg';
  return mimeByBase64Start.find(([start]) => head.startsWith(start))?.[1];
}

function mimeOfRiff(head: string): string | undefined {
  const start = head.slice(0, 16);
  if (!/^[A-Za-z0-9+/]{16}$/.test(start)) return undefined;
  return mimeByRiffKind[atob(start).slice(8, 12)];
}
