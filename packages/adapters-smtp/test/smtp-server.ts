import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

export interface Delivered {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and body as they came over the wire. */
  readonly raw: string;
  readonly user: string | undefined;
  readonly secure: boolean;
}

export interface TestSmtpServer {
  readonly port: number;
  readonly delivered: Delivered[];
  /** The code that the next recipient, or sender, is answered with. */
  refuseNext(code: number, what?: "recipient" | "sender"): void;
  /** From now on mails arrive, and are acknowledged only when what this returns is called. */
  hold(): () => void;
  close(): Promise<void>;
}

/** A real SMTP server on loopback, which accepts one user's password. */
export async function startSmtpServer(login: { user: string; password: string }): Promise<TestSmtpServer> {
  const delivered: Delivered[] = [];
  let refusal: { readonly code: number; readonly what: string } | undefined;
  let held = Promise.resolve();
  const answer = (what: string, address: string, done: (error?: Error | null) => void): void => {
    const code = refusal?.what === what ? refusal.code : undefined;
    if (code !== undefined) refusal = undefined;
    done(code === undefined ? null : Object.assign(new Error(`no ${address} here`), { responseCode: code }));
  };
  const server = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: true,
    allowInsecureAuth: true,
    onAuth({ username, password }, _session, done) {
      if (username === login.user && password === login.password) done(null, { user: username });
      else done(Object.assign(new Error("wrong"), { responseCode: 535 }));
    },
    onMailFrom: ({ address }, _session, done) => answer("sender", address, done),
    onRcptTo: ({ address }, _session, done) => answer("recipient", address, done),
    onData(stream, { envelope, user, secure }, done) {
      const pieces: Buffer[] = [];
      stream.on("data", (piece: Buffer) => pieces.push(piece));
      stream.on("end", () => {
        const from = envelope.mailFrom ? envelope.mailFrom.address : "";
        const to = envelope.rcptTo.map(({ address }) => address);
        delivered.push({ from, to, raw: Buffer.concat(pieces).toString(), user: user as string | undefined, secure });
        void held.then(() => done());
      });
    },
  });
  // A client that is killed resets its connection; without a listener that would end the test.
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    delivered,
    refuseNext: (code, what = "recipient") => {
      refusal = { code, what };
    },
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return resolve;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
