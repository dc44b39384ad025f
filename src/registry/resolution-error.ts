/**
 * Why a tag has no digest, in words for the person who deploys.
 *
 * `missing` may end when an image is pushed, `denied` when new permissions have spread, `busy` when the registry has time
 * again; `final` stays.
 */
export class ResolutionError extends Error {
  constructor(public readonly kind: 'missing' | 'denied' | 'busy' | 'final', message: string) {
    super(message);
  }
}
