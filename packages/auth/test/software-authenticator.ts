import { encodeCBOR } from "@levischuck/tiny-cbor";
import { fromBase64Url, toBase64Url } from "@plinth/core";

type Bytes = Uint8Array<ArrayBuffer>;

const VERIFIED = 0x04;
const PRESENT = 0x01;
const HAS_CREDENTIAL = 0x40;

interface CreationOptions {
  readonly challenge: string;
  readonly rp: { readonly id: string };
}

interface RequestOptions {
  readonly challenge: string;
  readonly rpId: string;
}

/** An authenticator that makes one passkey (ES256, no attestation), as a browser answers for it. */
export async function softwareAuthenticator({ origin, verifies = true }: { origin: string; verifies?: boolean }) {
  const { privateKey, publicKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
    "sign",
    "verify",
  ]);
  const id = crypto.getRandomValues(new Uint8Array(16));
  const name = toBase64Url(id);
  const flags = PRESENT | (verifies ? VERIFIED : 0);
  let counter = 0;

  const clientData = (type: string, challenge: string): Bytes =>
    bytesOf(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  const authenticatorData = async (rpId: string, more: Bytes = new Uint8Array()): Promise<Bytes> => {
    const count = new Uint8Array(4);
    new DataView(count.buffer).setUint32(0, ++counter);
    const flag = Uint8Array.of(more.length > 0 ? flags | HAS_CREDENTIAL : flags);
    return joined(await sha256(bytesOf(rpId)), flag, count, more);
  };
  const answer = (response: Record<string, string | string[]>) => ({
    id: name,
    rawId: name,
    type: "public-key",
    clientExtensionResults: {},
    response,
  });

  return {
    async create({ challenge, rp }: CreationOptions) {
      const { x, y } = await crypto.subtle.exportKey("jwk", publicKey);
      const key = new Map<number, number | Bytes>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, fromBase64Url(x!)],
        [-3, fromBase64Url(y!)],
      ]);
      const credential = joined(new Uint8Array(16), Uint8Array.of(0, id.length), id, encodeCBOR(key) as Bytes);
      const authData = await authenticatorData(rp.id, credential);
      const attestation = new Map<string, unknown>([
        ["fmt", "none"],
        ["attStmt", new Map()],
        ["authData", authData],
      ]);
      return answer({
        clientDataJSON: toBase64Url(clientData("webauthn.create", challenge)),
        attestationObject: toBase64Url(encodeCBOR(attestation as never) as Bytes),
        transports: ["internal"],
      });
    },
    async get({ challenge, rpId }: RequestOptions) {
      const data = await authenticatorData(rpId);
      const client = clientData("webauthn.get", challenge);
      const signed = joined(data, await sha256(client));
      const raw = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, privateKey, signed);
      return answer({
        clientDataJSON: toBase64Url(client),
        authenticatorData: toBase64Url(data),
        signature: toBase64Url(derOf(new Uint8Array(raw))),
      });
    },
  };
}

/** WebCrypto writes both numbers of a signature one after the other; WebAuthn wants them in ASN.1. */
function derOf(raw: Bytes): Bytes {
  const integer = (bytes: Bytes): Bytes => {
    const from = bytes.findIndex((byte) => byte !== 0);
    const trimmed = bytes.slice(from);
    const body = trimmed[0]! >= 0x80 ? joined(Uint8Array.of(0), trimmed) : trimmed;
    return joined(Uint8Array.of(2, body.length), body);
  };
  const body = joined(integer(raw.slice(0, 32)), integer(raw.slice(32)));
  return joined(Uint8Array.of(0x30, body.length), body);
}

const bytesOf = (text: string): Bytes => new TextEncoder().encode(text);

async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

function joined(...parts: readonly Bytes[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
