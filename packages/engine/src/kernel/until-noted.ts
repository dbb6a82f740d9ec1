/** The first pause before it is tried again to note what has been done; then they double. */
const NOTE_MS = 250;
const NOTE_ATTEMPTS = 7;

/** A message that is not noted is sent again, and a job that is not noted done is run again: a database that is away for some seconds is waited for. */
export async function untilNoted<T>(
  note: () => Promise<T>,
  /** Where another attempt would end as this one. */
  isFinal: (error: unknown) => boolean = () => false,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await note();
    } catch (error) {
      if (attempt === NOTE_ATTEMPTS || isFinal(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, NOTE_MS * 2 ** (attempt - 1)));
    }
  }
}
