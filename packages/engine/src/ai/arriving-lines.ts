/** Lines of a text that arrives in pieces. Only what is new is searched for a line's end, however long the line is. */
export class ArrivingLines {
  #begun: string[] = [];
  #length = 0;

  /** `most`: characters of a line. */
  constructor(
    private readonly most: number,
    private readonly tooLong: () => Error,
  ) {}

  /** The lines that the piece ends. */
  add(piece: string): string[] {
    const parts = piece.split("\n");
    const rest = parts.pop()!;
    const lines = parts.map((part) => {
      this.#hold(part);
      return this.end();
    });
    if (rest !== "") this.#hold(rest);
    return lines;
  }

  /** The line that has begun, which is the last one where nothing follows. */
  end(): string {
    const line = this.#begun.join("");
    this.#begun = [];
    this.#length = 0;
    return line.endsWith("\r") ? line.slice(0, -1) : line;
  }

  #hold(part: string): void {
    this.#length += part.length;
    if (this.#length > this.most) throw this.tooLong();
    this.#begun.push(part);
  }
}
