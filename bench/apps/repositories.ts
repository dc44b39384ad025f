import { App, AppProps, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { SecureRepository } from 'cdk-secure-repository';
import { Construct } from 'constructs';
import { measureSynthesis } from './measure-synthesis';

/** What CloudFormation takes. */
const RESOURCES_A_STACK = 500;

const KINDS: Record<string, (scope: Construct, id: string, repositoryName: string) => ecr.IRepository> = {
  'secure': (scope, id, repositoryName) => new SecureRepository(scope, id, { repositoryName }),
  'by-hand': (scope, id, repositoryName) => new ecr.Repository(scope, id, {
    repositoryName,
    imageTagMutability: ecr.TagMutability.IMMUTABLE,
    imageScanOnPush: true,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    lifecycleRules: [
      { tagStatus: ecr.TagStatus.UNTAGGED, maxImageAge: Duration.days(14), description: 'expire untagged images 14 days after push' },
      { tagPatternList: ['*'], maxImageCount: 500, description: 'keep the newest 500 images tagged *' },
    ],
  }),
};

/** An app with a number of repositories, in as few stacks as hold them. */
export function repositories(props: AppProps, kind: string, count: number): App {
  const app = new App(props);
  for (let i = 0; i < count; i++) {
    const id = `Repositories${Math.floor(i / RESOURCES_A_STACK)}`;
    const stack = app.node.tryFindChild(id) ?? new Stack(app, id);
    KINDS[kind](stack as Stack, `Repository${i}`, `team/service-${i}`);
  }
  return app;
}

if (require.main === module) {
  measureSynthesis(repositories);
}
