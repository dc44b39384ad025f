import type { ImageListProperties } from '../custom-resource/contract';

/** What the constructs of gates ask of their function. CloudFormation makes all values text. */

export const SCANNED_TYPE = 'Custom::ScannedImages';
export const SIGNED_TYPE = 'Custom::SignedImages';

/** `Gate` says which of them properties are. */
export const SCANNED = 'scanned';
export const SIGNED = 'signed';

/** Of images whose scans have to be finished and without severe findings. */
export interface ScannedProperties extends ImageListProperties {
  readonly Gate: typeof SCANNED;
  /** The lowest severity that is refused. */
  readonly FailOn: string;
  readonly IgnoreUnfixed?: 'true';
  /** The platforms of an index that are judged, all without. */
  readonly Platforms?: string[];
  /** Another one judges anew. */
  readonly Recheck?: string;
  readonly Ignore?: { readonly Id: string; readonly Reason: string; readonly Until: string }[];
  /** Statuses of scans that are let pass. */
  readonly Allow?: string[];
  /** Assumed to ask. */
  readonly RoleArn?: string;
}

/** Of images that have to be signed. */
export interface SignedProperties extends ImageListProperties {
  readonly Gate: typeof SIGNED;
  readonly SigningProfileArns: string[];
}

/** The properties that decide about an image: one that passed with these stays passed. The others matter when it is judged anew. */
export const DECIDING = ['Gate', 'FailOn', 'IgnoreUnfixed', 'Platforms', 'Recheck', 'SigningProfileArns'];
