import { createRequire } from 'node:module';
import { App, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';

/** What a process reports that loaded a package. */
export interface Loading {
  readonly milliseconds: number;
  readonly ownModules: number;
  readonly libraryModules: number;
}

/** Loads a package, by its folder, and some of what it exports, into an app that has an ECS service's task definition already. */
function load(folder: string, uses: string[]): Loading {
  const stack = new Stack(new App(), 'Service');
  const image = ecs.ContainerImage.fromEcrRepository(new ecr.Repository(stack, 'Images'), 'v1.2.3');
  new ecs.FargateTaskDefinition(stack, 'Task').addContainer('app', { image });
  const before = new Set(Object.keys(require.cache));

  const start = process.hrtime.bigint();
  const loaded = createRequire(__filename)(folder);
  uses.forEach(name => loaded[name]);
  const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;

  const added = Object.keys(require.cache).filter(file => !before.has(file));
  const libraryModules = added.filter(file => file.includes('/node_modules/aws-cdk-lib/') || file.includes('/node_modules/constructs/')).length;
  return { milliseconds, ownModules: added.length - libraryModules, libraryModules };
}

if (require.main === module) {
  const [folder, ...uses] = process.argv.slice(2);
  console.log(JSON.stringify(load(folder, uses)));
}
