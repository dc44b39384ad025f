/** What the command and the plugin need of the AWS SDK, as a bundle of its own. */
export { BatchGetImageCommand, DescribeImageScanFindingsCommand, DescribeImagesCommand, ECRClient, StartImageScanCommand } from '@aws-sdk/client-ecr';
export { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
export { fromEnv, fromIni, fromNodeProviderChain } from '@aws-sdk/credential-providers';
export { loadSharedConfigFiles } from '@smithy/core/config';
export { NodeHttpHandler } from '@smithy/node-http-handler';
