import { ECRClientConfig } from '@aws-sdk/client-ecr';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';

const SESSION_NAME = 'cdk-secure-repository-gate';

/** Credentials of a role, which is assumed when they are needed. */
export function assumedRole(roleArn: string): ECRClientConfig['credentials'] {
  return async () => {
    const { Credentials } = await new STSClient({ maxAttempts: 1 }).send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: SESSION_NAME }));
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials!;
    return { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken, expiration: Expiration };
  };
}
