/**
 * What is not as the lock has it.
 *
 * - `missing`: the app asks for a pin that the lock does not have
 * - `unusable`: the lock's value cannot be used
 * - `lacking-platform`: the locked image does not have a platform that the app requires, or that the lock records
 * - `overridden`: the app has the digest from elsewhere
 * - `not-synthesized`: the app was synthesized before the pin was in the lock
 * - `image-gone`: the locked image does not exist any more
 * - `tag-moved`, `tag-gone`, `platform-gone`: the locked image is there, and the tag means something else by now
 * - `not-checked`: a look-up failed
 */
export type FindingKind = 'missing' | 'unusable' | 'lacking-platform' | 'overridden' | 'not-synthesized'
| 'image-gone' | 'tag-moved' | 'tag-gone' | 'platform-gone' | 'not-checked';

/** Something that is not as the lock has it. */
export interface Finding {
  readonly key: string;
  readonly kind: FindingKind;
  readonly message: string;
  /** The digest in the lock. */
  readonly locked?: string;
  /** The digest that the tag names, or that the app has. */
  readonly current?: string;
}
