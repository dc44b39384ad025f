import { Reason } from '../../registry-client/resolution-error';

/** Why there is no result for a pin, and what to do about it, in a line for people. */
export class LookupFailure {
  /** @param reason the registry's, where it was one that refused */
  constructor(public readonly message: string, public readonly reason?: Reason) {}
}
