/**
 * The API's origin: that of the page, unless the page's `<meta name="plinth-api" content="https://api.example.com">` names
 * another, for an admin that is hosted by itself.
 */
export const API_URL: string = named() ?? location.origin;

/** On the server's own origin the operator's cookie counts; elsewhere the admin keeps a token until its tab closes. */
export const SAME_ORIGIN: boolean = new URL(API_URL).origin === location.origin;

function named(): string | undefined {
  const text = document.querySelector<HTMLMetaElement>('meta[name="plinth-api"]')?.content.trim();
  return text ? text.replace(/\/+$/, "") : undefined;
}
