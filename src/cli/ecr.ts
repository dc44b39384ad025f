/** What asks ECR. It brings the AWS SDK along, so it is loaded with `loadEcr` only. */
export { Credentials } from './credentials';
export { describeDigests } from './ecr-digests';
export { EcrRegistry } from '../registry/ecr-registry';
