import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Credentials } from '../../../src/cli/lookup/aws-credentials';
import { MfaSession } from '../../../src/cli/lookup/mfa-session';
import { ACCOUNT, REGION } from '../assembly-folder';
import { ACCESS_KEY, WatchedAws, SECRET_KEY } from '../aws';
import { ProcessEnvironment } from '../process-environment';

const aws = new WatchedAws();
const environment = new ProcessEnvironment(() => aws.environment);

const ROLE = `arn:aws:iam::${ACCOUNT}:role/lookup`;
const OTHER_ACCOUNT = '222222222222';
const OTHER_ROLE = `arn:aws:iam::${OTHER_ACCOUNT}:role/lookup`;

beforeEach(() => {
  aws.sts.taken();
  aws.sts.trusts = true;
});

/** The key id that requests to ECR are signed with. */
async function signerOf(where: { account?: string; region?: string; lookupRoleArn?: string } = {}, profile?: string) {
  const { client, note } = await new Credentials({ profile, env: process.env }).ecr({ account: ACCOUNT, region: REGION, ...where });
  const { accessKeyId } = await client.config.credentials();
  const asked = aws.sts.taken().map(query => [query.get('Action'), query.get('RoleArn')].filter(Boolean).join(' '));
  return { accessKeyId, note, asked, region: await client.config.region() };
}

function useProfiles(...names: string[]): void {
  delete process.env.AWS_ACCESS_KEY_ID;
  delete process.env.AWS_SECRET_ACCESS_KEY;
  writeFileSync(join(environment.home, 'config'), names.map(name =>
    `[profile ${name}]\naws_access_key_id = AKIA${name}\naws_secret_access_key = ${SECRET_KEY}\n`).join(''));
}

test('the lookup role is assumed from the current credentials', async () => {
  const { accessKeyId, note, asked, region } = await signerOf({ lookupRoleArn: ROLE });
  expect(accessKeyId).toMatch(/^ASIA/);
  expect({ note, asked, region }).toEqual({ note: undefined, asked: [`AssumeRole ${ROLE}`], region: REGION });
});

test('STS is told what the role wants to know, as by the CDK CLI', async () => {
  const credentials = new Credentials({ env: process.env });
  const where = { account: ACCOUNT, region: REGION, lookupRoleArn: ROLE };
  const Tags = [{ Key: 'team', Value: 'shop' }];
  const wanted = await credentials.ecr({ ...where, lookupRoleExternalId: 'external', assumeRoleAdditionalOptions: { Tags, RoleSessionName: 'mine' } });
  const [asked] = aws.sts.taken().map(query => Object.fromEntries(query));
  expect(asked).toMatchObject({
    'RoleArn': ROLE,
    'ExternalId': 'external',
    'RoleSessionName': 'mine',
    'Tags.member.1.Key': 'team',
    'Tags.member.1.Value': 'shop',
    'TransitiveTagKeys.member.1': 'team',
  });

  expect(await credentials.ecr(where)).not.toBe(wanted);
  const [plain] = aws.sts.taken().map(query => Object.fromEntries(query));
  expect(Object.keys(plain).sort()).toEqual(['Action', 'RoleArn', 'RoleSessionName', 'Version']);
});

test.each([
  ['eu-west-1', 'aws'],
  ['cn-north-1', 'aws-cn'],
  ['us-gov-west-1', 'aws-us-gov'],
  ['us-iso-east-1', 'aws-iso'],
  ['us-isob-east-1', 'aws-iso-b'],
  ['eusc-de-east-1', 'aws-eusc'],
])('in %s the partition of the role is %s', async (region, partition) => {
  const { asked } = await signerOf({ region, lookupRoleArn: ROLE.replace(':aws:', ':${AWS::Partition}:') });
  expect(asked).toEqual([`AssumeRole ${ROLE.replace(':aws:', `:${partition}:`)}`]);
});

test('without a role, the current credentials are used for their own account', async () => {
  expect(await signerOf()).toEqual({ accessKeyId: ACCESS_KEY, note: undefined, asked: ['GetCallerIdentity'], region: REGION });
});

test.each([OTHER_ROLE, 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/lookup'])('a role that is not of the account is left aside: %s', async lookupRoleArn => {
  expect((await signerOf({ lookupRoleArn })).asked).toEqual(['GetCallerIdentity']);
});

test('without a role, that of a bootstrapped account is tried for another one', async () => {
  const { asked } = await signerOf({ account: OTHER_ACCOUNT });
  expect(asked).toEqual(['GetCallerIdentity', `AssumeRole arn:aws:iam::${OTHER_ACCOUNT}:role/cdk-hnb659fds-lookup-role-${OTHER_ACCOUNT}-eu-west-1`]);
});

describe('a role that cannot be assumed', () => {
  beforeEach(() => {
    aws.sts.trusts = false;
  });

  test('is replaced by the current credentials for their own account, which a refusal mentions', async () => {
    const { accessKeyId, note } = await signerOf({ lookupRoleArn: ROLE });
    expect(accessKeyId).toBe(ACCESS_KEY);
    expect(note).toMatch(`the current credentials were used, since role ${ROLE} cannot be assumed (User: arn:aws:iam::123456789012:user/test is not authorized`);
  });

  test('is told without the external id, which STS may repeat', async () => {
    const error = await new Credentials({ env: process.env }).ecr({
      account: OTHER_ACCOUNT, region: REGION, lookupRoleArn: OTHER_ROLE, lookupRoleExternalId: 'sts:AssumeRole',
    }).catch(({ message }: Error) => message);
    expect(error).toContain('is not authorized to perform: *** on resource');
  });

  test('is an error for another account', async () => {
    await expect(signerOf({ account: OTHER_ACCOUNT, lookupRoleArn: OTHER_ROLE })).rejects.toThrow(new RegExp(
      `^account ${OTHER_ACCOUNT} cannot be read in eu-west-1: role ${OTHER_ROLE} cannot be assumed \\(.* is not authorized .*\\), `
      + `and the current credentials are of account ${ACCOUNT}; run cdk bootstrap aws://${OTHER_ACCOUNT}/eu-west-1 --trust-for-lookup ${ACCOUNT}, `
      + `or use credentials of account ${OTHER_ACCOUNT} with --profile$`));
  });
});

test('an environment is signed in to once', async () => {
  const credentials = new Credentials({ env: process.env });
  const where = { account: ACCOUNT, region: REGION, lookupRoleArn: ROLE };
  const [one, two, three] = await Promise.all([credentials.ecr(where), credentials.ecr({ ...where }), credentials.ecr({ ...where, region: 'us-east-1' })]);
  expect(one).toBe(two);
  expect(one).not.toBe(three);
  expect(aws.sts.taken()).toHaveLength(2);
});

describe('profiles', () => {
  test('one that is named is used', async () => {
    useProfiles('ONE', 'TWO');
    process.env.AWS_PROFILE = 'ONE';
    expect(await signerOf({}, 'TWO')).toMatchObject({ accessKeyId: 'AKIATWO' });
  });

  test.each(['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'])('%s is used', async variable => {
    useProfiles('ONE', 'TWO');
    process.env[variable] = 'TWO';
    expect(await signerOf()).toMatchObject({ accessKeyId: 'AKIATWO' });
  });

  test('as for the CDK CLI, one that is named comes before the environment, and the environment before AWS_PROFILE', async () => {
    useProfiles('ONE');
    Object.assign(process.env, { AWS_PROFILE: 'ONE', AWS_ACCESS_KEY_ID: ACCESS_KEY, AWS_SECRET_ACCESS_KEY: SECRET_KEY });
    expect(await signerOf()).toMatchObject({ accessKeyId: ACCESS_KEY });
    expect(await signerOf({}, 'ONE')).toMatchObject({ accessKeyId: 'AKIAONE' });
  });

  test('one with a role of its own assumes it', async () => {
    useProfiles('ONE');
    writeFileSync(join(environment.home, 'credentials'),
      `[TEAM]\nrole_arn = arn:aws:iam::${ACCOUNT}:role/team\nsource_profile = ONE\nregion = eu-west-1\n`);
    const { accessKeyId, asked } = await signerOf({}, 'TEAM');
    expect(accessKeyId).toMatch(/^ASIA/);
    expect(asked).toEqual([`AssumeRole arn:aws:iam::${ACCOUNT}:role/team`, 'GetCallerIdentity']);
  });

  test('one that does not exist is an error', async () => {
    await expect(signerOf({ lookupRoleArn: ROLE }, 'NONE')).rejects.toThrow(
      /^no AWS credentials that work for account 123456789012 with profile 'NONE' \(.*\); sign in again, or name another profile with --profile or AWS_PROFILE$/);
  });
});

describe('a profile with mfa_serial', () => {
  const DEVICE = `arn:aws:iam::${ACCOUNT}:mfa/me`;
  const where = { account: ACCOUNT, region: REGION };

  beforeEach(() => {
    useProfiles('ONE');
    writeFileSync(join(environment.home, 'credentials'),
      `[TEAM]\nrole_arn = arn:aws:iam::${ACCOUNT}:role/team\nsource_profile = ONE\nmfa_serial = ${DEVICE}\nregion = eu-west-1\n`);
  });

  function answering(...answers: string[]) {
    return jest.fn(async (_question: string) => answers.shift()!);
  }

  test.each([['named', 'TEAM', undefined], ['of the environment', undefined, 'TEAM']])('%s: its code is asked for once, for many clients', async (_, profile, variable) => {
    Object.assign(process.env, variable && { AWS_PROFILE: variable });
    const ask = answering('123456\n');
    const credentials = new Credentials({ profile, env: process.env, mfa: new MfaSession(ask) });
    await Promise.all(['eu-west-1', 'us-east-1', 'eu-central-1'].map(async region => {
      const { client } = await credentials.ecr({ ...where, region });
      expect((await client.config.credentials()).accessKeyId).toMatch(/^ASIA/);
    }));
    expect(ask.mock.calls).toEqual([[`MFA token for ${DEVICE}: `]]);
    const [assumed] = aws.sts.taken();
    expect(Object.fromEntries(assumed)).toMatchObject({ Action: 'AssumeRole', SerialNumber: DEVICE, TokenCode: '123456' });
  });

  test('is not asked for a code again as long as its credentials are good', async () => {
    const ask = answering('111111', '222222');
    const options = { profile: 'TEAM', env: process.env, mfa: new MfaSession(ask) };
    const keyId = async () => (await (await new Credentials(options).ecr(where)).client.config.credentials()).accessKeyId;
    const first = await keyId();
    expect(await keyId()).toBe(first);
    jest.useFakeTimers({ now: Date.now() + 3_600_000, doNotFake: ['setTimeout', 'clearTimeout', 'nextTick', 'setImmediate'] });
    expect(await keyId()).not.toBe(first);
    jest.useRealTimers();
    expect(ask).toHaveBeenCalledTimes(2);
  });

  test('is an error where there is no terminal', async () => {
    await expect(signerOf({}, 'TEAM')).rejects.toThrow(`profile 'TEAM' needs an MFA code for ${DEVICE}, and there is no terminal to enter it; `
      + `use the credentials of a session, from aws sts get-session-token --serial-number ${DEVICE} --token-code <code>, or a profile without mfa_serial`);
    await expect(signerOf({ lookupRoleArn: ROLE }, 'TEAM')).rejects.toThrow(/^profile 'TEAM' needs an MFA code/);
  });

  test('is an error where nothing is entered', async () => {
    const ask = answering('');
    const credentials = new Credentials({ profile: 'TEAM', env: process.env, mfa: new MfaSession(ask) });
    const message = `profile 'TEAM' needs an MFA code for ${DEVICE}, and none was entered; try again`;
    await expect(credentials.ecr(where)).rejects.toThrow(message);
    await expect(credentials.ecr({ ...where, region: 'us-east-1' })).rejects.toThrow(message);
    expect(ask).toHaveBeenCalledTimes(1);
  });
});

test('no credentials at all are an error', async () => {
  useProfiles();
  await expect(signerOf()).rejects.toThrow(/^no AWS credentials that work for account 123456789012 \(Could not load credentials.*\); sign in again/);
});

test('without a way to STS it is the network that is to blame, not the credentials', async () => {
  process.env.AWS_ENDPOINT_URL_STS = 'http://127.0.0.1:9';
  await expect(signerOf()).rejects.toThrow(
    /^AWS STS cannot be reached, which says what the credentials for account 123456789012 are \(.*ECONNREFUSED.*\); check the network$/);
});
