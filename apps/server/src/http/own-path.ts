/** Only its origin counts: it shows that a path stays on this server. */
const ELSEWHERE = "http://this-server.invalid";

/** Browsers drop line breaks and read a backslash as a slash, so `/\example.com` would lead elsewhere. */
export function isOwnPath(target: string): boolean {
  return /^\/(?!\/)[^\\\p{Cc}]*$/u.test(target) && URL.parse(target, ELSEWHERE)?.origin === ELSEWHERE;
}
