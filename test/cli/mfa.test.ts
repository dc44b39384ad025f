import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ecrRequest } from './assembly-folder';
import { WatchedAws } from './aws';
import { buildLookupApp } from './lookup-app';
import { UserFolder } from './user-folder';
import { PATH } from '../../emulator/run-process';
import { describeWith } from '../registry-client/tools';

jest.setTimeout(60_000);

const aws = new WatchedAws();
const DEVICE = 'arn:aws:iam::123456789012:mfa/me';
const QUESTION = `MFA token for ${DEVICE}`;

const COMMAND = 'node ../node_modules/cdk-secure-repository/bin/cdk-image-lock';

let user: UserFolder;

beforeAll(() => {
  user = new UserFolder();
  user.addCdk();
  buildLookupApp(user.file('app.js'));
  user.write('config', `[profile one]\naws_access_key_id = AKIAONE\naws_secret_access_key = secret\n
[profile team]\nrole_arn = arn:aws:iam::123456789012:role/team\nsource_profile = one\nmfa_serial = ${DEVICE}\nregion = eu-west-1\n`);
  user.write('app/cdk.json', JSON.stringify({
    app: 'node ../app.js', plugin: ['cdk-secure-repository/cli'], profile: 'team', versionReporting: false, notices: false,
  }));
});

afterAll(() => user.remove());

function environment(): NodeJS.ProcessEnv {
  const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, ...others } = aws.environment;
  return {
    ...others, PATH, HOME: user.path, AWS_CONFIG_FILE: user.file('config'), REPOSITORY: 'team/api', TAGS: 'v1', CDK_DISABLE_CLI_TELEMETRY: 'true', TERM: 'dumb',
  };
}

/** Runs a program on a terminal, and enters the lines when it asks for a code. */
async function onTerminal(command: string, ...lines: string[]): Promise<{ code: number; output: string }> {
  const args = ['--quiet', '--return', '--command', `timeout --foreground 30 ${command}`, '/dev/null'];
  const child = spawn('script', args, { cwd: user.file('app'), env: environment() });
  let output = '';
  let questions = 0;
  child.stdout.on('data', chunk => {
    output += chunk;
    for (const asked = output.split(QUESTION).length - 1; questions < asked; questions++) {
      child.stdin.write(lines[questions]);
    }
  });
  const [code] = await once(child, 'close');
  return { code, output };
}

describeWith(['script'], 'a profile with mfa_serial', () => {
  const pin = ecrRequest('team/api', 'v1').key;
  const codes = () => aws.sts.taken().flatMap(query => query.get('TokenCode') ?? []);

  beforeEach(async () => {
    const [{ digest }] = await aws.push('team/api', 'v1');
    user.write('app/cdk.context.json', JSON.stringify({ [pin]: { digest } }));
    aws.sts.taken();
  });

  test('is asked for a code by the command, once', async () => {
    const { code, output } = await onTerminal(`${COMMAND} verify`, '123456\n');
    expect([code, output]).toEqual([0, expect.stringMatching(`${QUESTION}: `)]);
    expect(output.split(QUESTION)).toHaveLength(2);
    expect(codes()).toEqual(['123456']);
  });

  test('is asked for another code by the plugin than by the CDK CLI', async () => {
    user.write('app/cdk.context.json', '{}');
    const { code, output } = await onTerminal('node ../node_modules/aws-cdk/bin/cdk synth --quiet', '111111\n', '222222\n');
    expect([code, output]).toEqual([0, expect.stringMatching(`another code than the CDK CLI has got: ${QUESTION}: `)]);
    expect(codes()).toEqual(['111111', '222222']);
    expect(JSON.parse(user.read('app/cdk.context.json'))).toEqual({ [pin]: expect.anything() });
  });

  test('has no credentials when the input ends', async () => {
    const { code, output } = await onTerminal(`${COMMAND} update`, '\x04');
    expect([code, output]).toEqual([1, expect.stringContaining(`profile 'team' needs an MFA code for ${DEVICE}, and none was entered; try again`)]);
  });

  test('says so where there is no terminal', async () => {
    const { code, stderr } = await user.imageLock('app', ['update'], environment());
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^profile 'team' needs an MFA code for \S+, and there is no terminal to enter it; .+\n$/)]);
  });
});
