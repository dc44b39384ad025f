/**
 * Why a tag has no digest, with the kind of failure that a retry goes by.
 *
 * `missing` may end when an image is pushed, `denied` when new permissions have spread, `busy` when the registry has time
 * again, `unreachable` when the way to it is free; `final` stays.
 */
export const REASONS = {
  'image-not-found': 'missing',
  'repository-not-found': 'final',
  'archived': 'final',
  'access-denied': 'denied',
  'not-signed-in': 'final',
  'unusable-credentials': 'final',
  'rate-limited': 'busy',
  'unavailable': 'busy',
  'timed-out': 'busy',
  'unreachable': 'unreachable',
  'unknown-host': 'final',
  'untrusted-host': 'final',
  'no-tls': 'final',
  'credentials-without-tls': 'final',
  'unusable-proxy': 'final',
  'refused': 'final',
  'malformed-answer': 'final',
  'wrong-content': 'final',
  'unreadable-image': 'final',
  'not-an-index': 'final',
  'platform-not-found': 'final',
  'ambiguous-platform': 'final',
} as const;

export type Reason = keyof typeof REASONS;

export interface FailureDetails {
  /** Of the HTTP answer. */
  readonly status?: number;
  /** How long the registry wants to be left alone, in milliseconds. */
  readonly retryAfter?: number;
  /** Of the image, where it is that rather than its tag which is out of reach. */
  readonly digest?: string;
}

/** What happened, in words. What to do about it is for those to say who know who reads it. */
export class ResolutionError extends Error implements FailureDetails {
  public readonly kind: typeof REASONS[Reason];
  public readonly status?: number;
  public readonly retryAfter?: number;
  public readonly digest?: string;

  constructor(public readonly reason: Reason, message: string, { status, retryAfter, digest }: FailureDetails = {}) {
    super(message);
    this.kind = REASONS[reason];
    this.status = status;
    this.retryAfter = retryAfter;
    this.digest = digest;
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
