import { Construct } from 'constructs';

/** Where the digest of an image comes from. */
export interface PinSource {
  /** The digest, or a token for it, for use in the stack of `scope`. */
  digestFor(scope: Construct): string;
}
