import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { EMULATOR_ACCOUNT, EMULATOR_REGION } from './environment';

/** Of each account's root user, whose access key is the account itself. */
const ROOT_SECRET = 'test';

/** Where an emulated AWS is. */
export interface AwsEndpoints {
  readonly endpoint: string;
  readonly ecrEndpoint: string;
}

export interface AwsEnvironment {
  /** @default EMULATOR_ACCOUNT */
  readonly account?: string;
  /** @default EMULATOR_REGION */
  readonly region?: string;
}

export function fullEnvironment({ account = EMULATOR_ACCOUNT, region = EMULATOR_REGION }: AwsEnvironment = {}): Required<AwsEnvironment> {
  return { account, region };
}

/** Clients of the root user of an account in MiniStack. */
export function accountClients({ endpoint, ecrEndpoint }: AwsEndpoints, environment?: AwsEnvironment) {
  const { account, region } = fullEnvironment(environment);
  const config = { endpoint, region, maxAttempts: 1, credentials: { accessKeyId: account, secretAccessKey: ROOT_SECRET } };
  return {
    cloudFormation: new CloudFormationClient(config),
    ecr: new ECRClient({ ...config, endpoint: ecrEndpoint }),
    ecs: new ECSClient(config),
    iam: new IAMClient(config),
    lambda: new LambdaClient(config),
    ssm: new SSMClient(config),
    sts: new STSClient(config),
  };
}

/** The same user, for processes. */
export function accountVariables({ endpoint, ecrEndpoint }: AwsEndpoints, environment?: AwsEnvironment) {
  const { account, region } = fullEnvironment(environment);
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_ECR: ecrEndpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: account,
    AWS_SECRET_ACCESS_KEY: ROOT_SECRET,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
