/* eslint-disable @typescript-eslint/no-require-imports */
import type * as awsCredentials from './aws-credentials';
import type * as ecrDigests from './ecr-digests';
import type * as ecrRegistry from '../../registry-client/ecr-registry';
import type * as ecrScan from '../../registry-client/ecr-scan';

/** Loads what asks ECR, and the AWS SDK with it, where ECR is asked: that takes longer than a look-up elsewhere does altogether. */
export function loadEcr(): typeof awsCredentials & typeof ecrDigests & typeof ecrRegistry & typeof ecrScan {
  return {
    ...require('./aws-credentials'),
    ...require('./ecr-digests'),
    ...require('../../registry-client/ecr-registry'),
    ...require('../../registry-client/ecr-scan'),
  };
}
