import type { Json } from "@plinth/core";
import { difference, type Expected, show } from "./match.ts";
import type { Reply } from "./scenario.ts";

const MAX_WAIT_MS = 120_000;

/** One socket, as a scenario sees it. */
export class Talk {
  readonly messages: Json[] = [];
  readonly opened: Promise<boolean>;
  readonly #socket: WebSocket;
  /** Messages before this one have been waited for. */
  #seen = 0;
  #closed: number | undefined;
  #wake: (() => void) | undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.opened = new Promise((resolve) => {
      socket.onopen = () => resolve(true);
      socket.onclose = ({ code }) => {
        this.#closed = code;
        this.#wake?.();
        resolve(false);
      };
    });
    socket.onmessage = ({ data }) => {
      this.messages.push(JSON.parse(String(data)) as Json);
      this.#wake?.();
    };
  }

  send(message: string | Uint8Array<ArrayBuffer>): void {
    this.#socket.send(message);
  }

  /** Waits for a message that fits, after the last one that was waited for. */
  async until(expected: Expected): Promise<void> {
    const found = await this.#wait(() => {
      const at = this.messages.findIndex(
        (message, i) => i >= this.#seen && difference(message, expected) === undefined,
      );
      if (at >= 0) this.#seen = at + 1;
      return at >= 0;
    });
    if (!found)
      throw new Error(`no message like ${show(expected)}; there came ${show(this.messages.slice(this.#seen))}`);
  }

  async closes(code: number): Promise<void> {
    await this.#wait(() => this.#closed !== undefined);
    if (this.#closed !== code) throw new Error(`expected the socket to close with ${code}, got ${this.#closed}`);
  }

  /** All of it as the reply to the request that opened it. */
  end(): Reply {
    const json: Json = { messages: this.messages, closed: this.#closed ?? null };
    this.#socket.close();
    return { status: 101, headers: new Headers(), text: JSON.stringify(json), json };
  }

  async #wait(found: () => boolean): Promise<boolean> {
    const end = Date.now() + MAX_WAIT_MS;
    while (!found()) {
      const left = end - Date.now();
      if (left <= 0 || (this.#closed !== undefined && !found())) return false;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return true;
  }
}
