import { ECRClient } from '@aws-sdk/client-ecr';
import { CreateRoleCommand, PutRolePolicyCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { Cloud } from './cloud';
import { AwsEnvironment, fullEnvironment } from '../../emulator/account-clients';

/** What a role may do, by actions and the resources of all of them. */
export type Permissions = Record<string, string>;

/** ECR as a new role may use it. */
export async function asRole(cloud: Cloud, RoleName: string, permissions: Permissions, environment?: AwsEnvironment): Promise<ECRClient> {
  const { account, region } = fullEnvironment(environment);
  const { iam } = cloud.clients(environment);
  await iam.send(new CreateRoleCommand({
    RoleName, AssumeRolePolicyDocument: document({ Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' }),
  }));
  const statements = Object.entries(permissions).map(([Action, Resource]) => ({ Action, Resource }));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'Permissions', PolicyDocument: document(...statements) }));
  return ecrOfRole(cloud, RoleName, { account, region });
}

/** Lets somebody alone assume a role. */
export async function trust(cloud: Cloud, RoleName: string, principalArn: string, environment?: AwsEnvironment): Promise<void> {
  await cloud.clients(environment).iam.send(new UpdateAssumeRolePolicyCommand({
    RoleName, PolicyDocument: document({ Principal: { AWS: principalArn }, Action: 'sts:AssumeRole' }),
  }));
}

/** ECR as a role may use it that the root user of its account may assume. */
export async function ecrOfRole(cloud: Cloud, roleName: string, { account, region }: Required<AwsEnvironment>): Promise<ECRClient> {
  const { Credentials } = await cloud.clients({ account, region }).sts.send(new AssumeRoleCommand({
    RoleArn: `arn:aws:iam::${account}:role/${roleName}`, RoleSessionName: 'test',
  }));
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = Credentials!;
  return new ECRClient({
    endpoint: cloud.aws.ecrEndpoint,
    region,
    maxAttempts: 1,
    credentials: { accessKeyId: accessKeyId!, secretAccessKey: secretAccessKey!, sessionToken },
  });
}

function document(...statements: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements.map(statement => ({ Effect: 'Allow', ...statement })) });
}
