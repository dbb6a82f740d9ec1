/**
 * Reads by key that arrive together share one read transaction. To begin one, SQLite locks its log and looks for the last
 * commit, which takes twice as long as such a read itself; a busy server answers dozens of them in a turn of the event
 * loop. Each sees all that was committed before it: where the number of the last commit has changed, by whichever
 * process, another transaction begins. It ends with the turn, so that the log can be emptied.
 */
export interface SharedSnapshot {
  /** Before a read that may share one. */
  join(): void;
  /** Before all else that uses the connection. */
  end(): void;
}

interface SharedSnapshotOptions {
  begin(): void;
  end(): void;
  /** The number of the last commit. Undefined: nobody knows, and nothing is shared. */
  lastCommit?: (() => number) | undefined;
}

export function sharedSnapshot({ begin, end, lastCommit }: SharedSnapshotOptions): SharedSnapshot {
  if (!lastCommit) return { join() {}, end() {} };
  let isTurn = false;
  /** What an open transaction sees at least. */
  let seen: number | undefined;

  function close(): void {
    if (seen === undefined) return;
    seen = undefined;
    try {
      end();
    } catch {
      // SQLite has ended it itself, after an error that the read has reported.
    }
  }

  return {
    join() {
      const last = lastCommit();
      if (seen === last) return;
      close();
      // The first read of a turn may be the only one, and needs no transaction for itself.
      if (isTurn) {
        begin();
        seen = last;
        return;
      }
      isTurn = true;
      setImmediate(() => {
        isTurn = false;
        close();
      });
    },
    end: close,
  };
}
