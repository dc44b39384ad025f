import { SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { App, CfnOutput, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { Cloud, ENV, PIN, stackIn, uriOf } from './cloud';
import { existing, service } from './service';
import { DigestPinnedImage, SecureRepository } from '../../src';
import { OTHER_ACCOUNT, OTHER_REGION } from '../shared-emulators';

const cloud = new Cloud();

const OTHER_ACCOUNT_ENV = { account: OTHER_ACCOUNT, region: ENV.region };
const OTHER_REGION_ENV = { account: ENV.account, region: OTHER_REGION };

describe('a repository in another account', () => {
  const build = (app: App) => {
    const images = stackIn(app, 'SharedImages', { env: OTHER_ACCOUNT_ENV });
    const shared = new SecureRepository(images, 'Api', { repositoryName: 'shared/api' });
    service(app, 'Consumer', () => DigestPinnedImage.fromTag(shared, '1.0.0')).addDependency(images);
  };

  test.concurrent('of the same app lets the function describe its images, and nothing else in that account', async () => {
    await cloud.deploy(build, 'SharedImages');
    const image = await cloud.push('shared/api', '1.0.0', OTHER_ACCOUNT_ENV);
    await cloud.deploy(build);
    expect(await cloud.images('Consumer')).toEqual([uriOf('shared/api', image, OTHER_ACCOUNT_ENV)]);
    expect(await decisions('Consumer', 'shared/api')).toEqual({ 'ecr:DescribeImages': 'allowed', 'ecr:BatchGetImage': 'implicitDeny', 'ecr:PutImage': 'implicitDeny' });
    expect(await decisions('Consumer', 'shared/web')).toEqual({ 'ecr:DescribeImages': 'implicitDeny', 'ecr:BatchGetImage': 'implicitDeny', 'ecr:PutImage': 'implicitDeny' });
  });

  test.concurrent('that does not know this account refuses with what to do, which was a warning before', async () => {
    await cloud.repository('closed', OTHER_ACCOUNT_ENV);
    await cloud.push('closed', '1.0.0', OTHER_ACCOUNT_ENV);
    const output = await cloud.deployInVain(app => {
      service(app, 'Stranger', stack => DigestPinnedImage.fromTag(
        Repository.fromRepositoryArn(stack, 'Repository', `arn:aws:ecr:${ENV.region}:${OTHER_ACCOUNT}:repository/closed`), '1.0.0'));
    });
    const statement = `{"Effect":"Allow","Principal":{"AWS":"${ENV.account}"},"Action":["ecr:BatchCheckLayerAvailability","ecr:BatchGetImage",`
      + '"ecr:DescribeImages","ecr:GetDownloadUrlForLayer"]}';
    expect(output.split(statement)).toHaveLength(2);
    expect(output).toContain("acknowledgeWarning('cdk-secure-repository:ownerMustAllow')");
    expect(output).toContain(`ecr:DescribeImages for 'closed:1.0.0' (account ${OTHER_ACCOUNT}, Region ${ENV.region}) is denied`);
    expect(output).toContain(`aws ecr get-repository-policy --registry-id ${OTHER_ACCOUNT} --region ${ENV.region} --repository-name closed`);
  });

  /** What the function's role may do with a repository there, by its own policies. */
  async function decisions(stackName: string, repositoryName: string): Promise<Record<string, string>> {
    const role = (await cloud.physicalIds(stackName, 'AWS::IAM::Role')).find(name => name.includes('Resolver'));
    const { EvaluationResults } = await cloud.clients().iam.send(new SimulatePrincipalPolicyCommand({
      PolicySourceArn: `arn:aws:iam::${ENV.account}:role/${role}`,
      ActionNames: ['ecr:DescribeImages', 'ecr:BatchGetImage', 'ecr:PutImage'],
      ResourceArns: [`arn:aws:ecr:${ENV.region}:${OTHER_ACCOUNT}:repository/${repositoryName}`],
    }));
    return Object.fromEntries(EvaluationResults!.map(({ EvalActionName, EvalDecision }) => [EvalActionName, EvalDecision]));
  }
});

test.concurrent('a repository in another Region is asked there', async () => {
  await cloud.repository('distant', OTHER_REGION_ENV);
  await cloud.repository('distant');
  const image = await cloud.push('distant', '1.0.0', OTHER_REGION_ENV);
  await cloud.push('distant', '1.0.0');
  await cloud.deploy(app => {
    service(app, 'Distant', stack => DigestPinnedImage.fromTag(
      Repository.fromRepositoryArn(stack, 'Repository', `arn:aws:ecr:${OTHER_REGION}:${ENV.account}:repository/distant`), '1.0.0'));
  });
  expect(await cloud.images('Distant')).toEqual([uriOf('distant', image, OTHER_REGION_ENV)]);
});

test.concurrent('a nested stack has a function of its own, and the same digest', async () => {
  await cloud.repository('nested');
  const image = await cloud.push('nested', '1.0.0');
  await cloud.deploy(app => {
    const stack = stackIn(app, 'Outer');
    const nested = new NestedStack(stack, 'Inner');
    const pinned = DigestPinnedImage.fromTag(existing(stack, 'nested'), '1.0.0');
    service(app, 'Outer', () => pinned, stack);
    new FargateTaskDefinition(nested, 'Task').addContainer('api', { image: pinned });
    new CfnOutput(stack, 'InnerStack', { value: nested.stackId });
  });
  expect(await cloud.images('Outer')).toEqual([uriOf('nested', image)]);
  const { InnerStack } = await cloud.outputs('Outer');
  expect(await cloud.images(InnerStack)).toEqual([uriOf('nested', image)]);
  for (const stack of ['Outer', InnerStack]) {
    expect(await cloud.physicalIds(stack, 'AWS::Lambda::Function')).toHaveLength(1);
  }
});

test.concurrent('stages deploy what the tag means in their own account and Region', async () => {
  const [here, there] = [ENV, { account: OTHER_ACCOUNT, region: ENV.region }];
  const images = await Promise.all([here, there].map(async env => {
    await cloud.repository('staged', env);
    return cloud.push('staged', '1.0.0', env);
  }));
  await cloud.deploy(app => {
    for (const [id, env] of [['Here', here], ['There', there]] as const) {
      const stack = new Stack(new Stage(app, id, { env }), 'Staged');
      service(app, 'Staged', scope => DigestPinnedImage.fromTag(existing(scope, 'staged'), '1.0.0'), stack);
    }
  });
  expect(await cloud.images('Here-Staged', here)).toEqual([uriOf('staged', images[0], here)]);
  expect(await cloud.images('There-Staged', there)).toEqual([uriOf('staged', images[1], there)]);
});

test.concurrent('fifty pins in a stack have their digests, by one function', async () => {
  const names = Array.from({ length: 10 }, (_, repository) => `many/${repository}`);
  const tags = ['a', 'b', 'c', 'd', 'e'];
  const images = await Promise.all(names.map(async name => {
    await cloud.repository(name);
    return Promise.all(tags.map(async tag => uriOf(name, await cloud.push(name, tag))));
  }));
  await cloud.deploy(app => {
    const stack = stackIn(app, 'Many');
    const pins = names.flatMap((name, index) => {
      const repository = Repository.fromRepositoryName(stack, `Repository${index}`, name);
      return tags.map(tag => DigestPinnedImage.fromTag(repository, tag));
    });
    service(app, 'Many', () => pins, stack);
  });
  expect(await cloud.images('Many')).toEqual(images.flat());
  expect(await cloud.physicalIds('Many', PIN)).toHaveLength(50);
  expect(await cloud.physicalIds('Many', 'AWS::Lambda::Function')).toHaveLength(1);
});
