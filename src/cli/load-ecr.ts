import type * as ecr from './ecr';

/** Loads the AWS SDK where ECR is asked: that takes longer than a look-up elsewhere does altogether. */
export function loadEcr(): typeof ecr {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('./ecr');
}
