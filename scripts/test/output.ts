// Lets concurrent suites print without mixing: the oldest unfinished one prints live, the others wait their turn.

export interface Lane {
  write(text: string): void;
  end(): void;
}

export function inOrder(write: (text: string) => void): { lane(): Lane } {
  const lanes: { held: string; ended: boolean }[] = [];
  const flush = () => {
    for (let first = lanes[0]; first; first = lanes[0]) {
      if (first.held) write(first.held);
      first.held = "";
      if (!first.ended) return;
      lanes.shift();
    }
  };
  return {
    lane() {
      const own = { held: "", ended: false };
      lanes.push(own);
      return {
        write(text) {
          own.held += text;
          flush();
        },
        end() {
          own.ended = true;
          flush();
        },
      };
    },
  };
}
