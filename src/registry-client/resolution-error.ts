/**
 * Why a tag has no digest, in words for the person who needs it.
 *
 * `missing` may end when an image is pushed, `denied` when new permissions have spread, `busy` when the registry has time
 * again, `unreachable` when the way to it is free; `final` stays.
 */
export class ResolutionError extends Error {
  constructor(public readonly kind: 'missing' | 'denied' | 'busy' | 'unreachable' | 'final', message: string) {
    super(message);
  }
}

/** An answer, or why there is none. */
export async function outcomeOf<T>(ask: () => T | Promise<T>): Promise<T | ResolutionError> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ResolutionError) {
      return error;
    }
    throw error;
  }
}
