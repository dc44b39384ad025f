import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { blocksIn, readPages } from './pages';
import { Shell } from './shell';
import { RegistryAccess, RegistryScanning, RepositoryTemplate, SecureRegistry } from '../../src';
import { describeWith } from '../registry-client/tools';

describeWith(['jq'], 'importing a registry as the guide says', () => {
  const [script] = blocksIn(readPages(), 'sh').filter(({ content }) => content.includes('registry.json'));
  let shell: Shell;

  beforeEach(() => {
    shell = new Shell({});
  });

  afterEach(() => shell.remove());

  test('names each setting by what identifies it', async () => {
    const stack = new Stack(new App(), 'Registry', { env: { account: '123456789012', region: 'eu-west-1' } });
    new SecureRegistry(stack, 'Registry', {
      scanning: RegistryScanning.basic(),
      newRepositories: [RepositoryTemplate.forAll({ resourceTags: { team: 'a' } })],
      access: [RegistryAccess.allowReplicationFrom('210987654321')],
    });
    mkdirSync(join(shell.folder, 'cdk.out'));
    writeFileSync(join(shell.folder, 'cdk.out', 'Registry.template.json'), JSON.stringify(Template.fromStack(stack).toJSON()));
    shell.define('npx', 'echo "$*"');
    expect(await shell.run(script.content)).toEqual({
      code: 0,
      output: 'cdk synth --quiet Registry\ncdk import --resource-mapping registry.json Registry\n',
    });
    expect(JSON.parse(readFileSync(join(shell.folder, 'registry.json'), 'utf8'))).toEqual({
      SecureRegistryScanning: { RegistryId: '123456789012' },
      SecureRegistryPolicy: { RegistryId: '123456789012' },
      SecureRegistryTemplatefed4199357214dfb: { Prefix: 'ROOT' },
    });
  });
});
