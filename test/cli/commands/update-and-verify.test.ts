import { BatchDeleteImageCommand } from '@aws-sdk/client-ecr';
import { Image, multiArchIndex, pushImage, pushIndex, singleManifest } from '../../../emulator/images';
import { ecrRequest, ociRequest } from '../assembly-folder';
import { SECRET_KEY, WatchedAws } from '../aws';
import { CommandBench } from '../command-bench';
import { OciStandIn, startOciStandIn } from '../oci-stand-in';
import { ProcessEnvironment } from '../process-environment';

const aws = new WatchedAws();
new ProcessEnvironment(() => aws.environment);
const bench = new CommandBench();

const short = ({ digest }: Pick<Image, 'digest'>) => digest.slice(0, 19);
const NOT_COMPARED = 'cdk.out is not there, so no app was compared with the lock';
const PLACE = '(account 123456789012, Region eu-west-1)';
const OLD = { digest: `sha256:${'0'.repeat(64)}` };

let names = 0;
let repository: string;

beforeEach(() => {
  repository = `team/repository-${++names}`;
});

const keyOf = (tag: string) => ecrRequest(repository, tag).key;

function index(...platforms: string[]) {
  return multiArchIndex(platforms.map(platform => ({ platform, manifest: singleManifest(`${platform} ${Math.random()}`) })));
}

describe('update', () => {
  test('takes over what tags mean now, and leaves the rest as it is', async () => {
    const [v1, v2] = await aws.push(repository, 'v1', 'v2');
    bench.writeContext({ b: 1, [keyOf('v1')]: OLD, a: [2, 3], [keyOf('v2')]: { digest: v2.digest, mediaType: v2.mediaType, pushedAt: '2020-01-01T00:00:00.000Z' } });
    expect(await bench.run('update')).toEqual({
      code: 0,
      out: [`'${repository}:v1' ${PLACE}: ${short(OLD)} → ${short(v1)}`, '1 of 2 pins changed'],
      err: [],
    });
    expect(Object.keys(bench.context)).toEqual(['b', keyOf('v1'), 'a', keyOf('v2')]);
    expect(bench.context[keyOf('v1')]).toEqual({ digest: v1.digest, mediaType: v1.mediaType, pushedAt: expect.stringMatching(/Z$/) });
    expect(bench.context[keyOf('v2')].pushedAt).toBe('2020-01-01T00:00:00.000Z');

    bench.writeContext({ ...bench.context, [keyOf('v2')]: { digest: v2.digest } });
    const before = bench.text;
    expect(await bench.run('update')).toEqual({ code: 0, out: ['0 of 2 pins changed'], err: [] });
    expect(bench.text).toBe(before);
    expect(aws.asked).toEqual(['DescribeImages', 'DescribeImages']);
  });

  test('fills in what the app misses, without a lock as well', async () => {
    const [v1, v2] = await aws.push(repository, 'v1', 'v2');
    bench.writeAssembly({ missing: [ecrRequest(repository, 'v2'), ecrRequest(repository, 'v1')] });
    expect(await bench.run('update')).toEqual({
      code: 0,
      out: [`'${repository}:v2' ${PLACE}: new, ${short(v2)}`, `'${repository}:v1' ${PLACE}: new, ${short(v1)}`, '2 of 2 pins changed'],
      err: [],
    });
    expect(Object.keys(bench.context)).toEqual([keyOf('v2'), keyOf('v1')]);
    expect(bench.text).toBe(`${JSON.stringify(bench.context, undefined, 2)}\n`);
  });

  test('asks for the pins that patterns mean', async () => {
    await aws.push(repository, 'v1', 'v2', 'main-1');
    bench.writeContext({ [keyOf('v1')]: OLD, [keyOf('v2')]: OLD, [keyOf('main-1')]: OLD });
    expect((await bench.run('update', '*:v*')).out.at(-1)).toBe('2 of 2 pins changed');
    expect((await bench.run('update', keyOf('main-1'))).out.at(-1)).toBe('1 of 1 pin changed');
    expect(await bench.run('update', '*:v1', 'none', '*:none')).toEqual({
      code: 2, out: [], err: [expect.stringMatching(/^cdk-image-lock: no pin is meant by 'none', '\*:none'; expected a key of the lock or 'repository:tag'/)],
    });
  });

  test('writes the others when one fails', async () => {
    const [v1] = await aws.push(repository, 'v1');
    bench.writeContext({ [keyOf('none')]: OLD, [keyOf('v1')]: OLD });
    expect(await bench.run('update')).toEqual({
      code: 1,
      out: [`'${repository}:v1' ${PLACE}: ${short(OLD)} → ${short(v1)}`, '1 of 2 pins changed, 1 failed'],
      err: [expect.stringMatching(`^'${repository}:none' \\(.*\\) does not exist; push it first`)],
    });
    expect(bench.context).toEqual({ [keyOf('none')]: OLD, [keyOf('v1')]: expect.objectContaining({ digest: v1.digest }) });
  });

  test('repairs values that cannot be used', async () => {
    const [v1] = await aws.push(repository, 'v1', 'v2');
    bench.writeContext({ [keyOf('v1')]: 'broken', 'image-digest:what': 1 });
    const { code, out, err } = await bench.run('update');
    expect([code, out[0]]).toEqual([1, `'${repository}:v1' ${PLACE}: repaired, ${short(v1)}`]);
    expect(err).toEqual(["'image-digest:what' is no key of a pin; remove it with: npx cdk context --reset 'image-digest:what'"]);
  });

  test('writes JSON', async () => {
    const [v1, v2, v3] = await aws.push(repository, 'v1', 'v2', 'v3');
    bench.writeContext({ [keyOf('v1')]: OLD, [keyOf('none')]: OLD, [keyOf('v3')]: { digest: v3.digest, mediaType: v3.mediaType } });
    bench.writeAssembly({ missing: [ecrRequest(repository, 'v2')] });
    expect(await bench.json('update')).toEqual({
      code: 1,
      data: {
        dryRun: false,
        changed: [
          { key: keyOf('v1'), from: OLD, to: expect.objectContaining({ digest: v1.digest }) },
          { key: keyOf('v2'), from: null, to: expect.objectContaining({ digest: v2.digest }) },
        ],
        failed: [{ key: keyOf('none'), message: expect.stringContaining('does not exist') }],
        overridden: [],
        unchanged: [keyOf('v3')],
      },
      err: [],
    });
  });

  test('says when a change has no effect, as the app has the digest from elsewhere', async () => {
    const [v1, v2] = await aws.push(repository, 'v1', 'v2');
    const other = `sha256:${'e'.repeat(64)}`;
    bench.writeContext({ [keyOf('v1')]: OLD, [keyOf('v2')]: OLD });
    bench.writeAssembly({ locked: [ecrRequest(repository, 'v1', { digest: other }), ecrRequest(repository, 'v2', { digest: OLD.digest })] });
    expect(await bench.run('update')).toEqual({
      code: 0,
      out: [`'${repository}:v1' ${PLACE}: ${short(OLD)} → ${short(v1)}`, `'${repository}:v2' ${PLACE}: ${short(OLD)} → ${short(v2)}`, '2 of 2 pins changed'],
      err: [expect.stringMatching(`^warning: no effect: '${repository}:v1' \\(.*\\) was synthesized with ${other.slice(0, 19)}, not with ${short(OLD)} as locked; `
        + 'run cdk synth again, and when it stays, take its key out of the context on the command line')],
    });
  });

  describe('of an index whose platforms are required', () => {
    test('records what it holds', async () => {
      await aws.push(repository, 'other');
      const image = index('linux/amd64', 'linux/arm64');
      await pushIndex(aws.ecr, repository, image, 'v1');
      bench.writeContext({ [keyOf('v1')]: { digest: image.digest, mediaType: image.mediaType } });
      bench.writeAssembly({ missing: [ecrRequest(repository, 'v1', { requirePlatforms: ['linux/arm64'] })] });
      expect((await bench.run('update')).out[0]).toBe(`'${repository}:v1' ${PLACE}: ${short(image)}, what is recorded of it changed`);
      expect(bench.context[keyOf('v1')].platforms).toEqual(['linux/amd64', 'linux/arm64']);
    });

    test('without the app requires those that are locked', async () => {
      await aws.push(repository, 'other');
      const image = index('linux/amd64');
      await pushIndex(aws.ecr, repository, image, 'v1');
      bench.writeContext({ [keyOf('v1')]: { ...OLD, platforms: ['linux/amd64'] } });
      expect((await bench.run('update')).code).toBe(0);
      expect(bench.context[keyOf('v1')]).toMatchObject({ digest: image.digest, platforms: ['linux/amd64'] });

      bench.writeContext({ [keyOf('v1')]: { ...OLD, platforms: ['linux/amd64', 'linux/arm64'] } });
      const { code, err } = await bench.run('update');
      expect([code, err]).toEqual([1, [expect.stringContaining('has no image for required platform linux/arm64')]]);
    });
  });

  test('mentions a role that could not be assumed where the current credentials are refused', async () => {
    await aws.spoil({ fault: { error: 'AccessDeniedException', message: 'no' } });
    aws.sts.trusts = false;
    bench.writeAssembly({ missing: [ecrRequest(repository, 'v1', { lookupRoleArn: 'arn:${AWS::Partition}:iam::123456789012:role/lookup' })] });
    const { err } = await bench.run('update');
    aws.sts.trusts = true;
    expect(err).toEqual([expect.stringMatching(/is denied \(no\), the current credentials were used, since role arn:aws:iam::123456789012:role\/lookup cannot be assumed \(.*\); allow it for that role, or /)]);
  });

  test('tells STS the external id of the lookup role, and nobody else', async () => {
    const lookupRoleArn = 'arn:${AWS::Partition}:iam::123456789012:role/lookup';
    await aws.push(repository, 'v1');
    aws.sts.taken();
    bench.writeAssembly({ missing: [ecrRequest(repository, 'v1', { lookupRoleArn })], lookupRole: { arn: lookupRoleArn, assumeRoleExternalId: 'secret-id' } });
    const outcomes = [await bench.json('update'), await bench.json('verify')];
    expect(outcomes.map(({ data }) => data)).toEqual([expect.objectContaining({ failed: [] }), expect.objectContaining({ checked: [keyOf('v1')] })]);
    expect(aws.sts.taken().map(query => query.get('ExternalId'))).toEqual(['secret-id', 'secret-id']);
    expect(JSON.stringify(outcomes) + bench.text).not.toContain('secret-id');
  });

  test.each(['secret key', 'session token', 'external id'])('takes its %s out of what answers in place of AWS', async what => {
    process.env.AWS_SESSION_TOKEN = 'FwoGZXIvYXdzEJr//SESSION';
    const secret = { 'secret key': SECRET_KEY, 'session token': process.env.AWS_SESSION_TOKEN, 'external id': 'Ext-(7)' }[what]!;
    const lookupRoleArn = 'arn:${AWS::Partition}:iam::123456789012:role/lookup';
    await aws.spoil({ fault: { error: 'AccessDeniedException', message: `you sent ${secret}, or ${secret.toLowerCase()}` } });
    bench.writeAssembly({ missing: [ecrRequest(repository, 'v1', { lookupRoleArn })], lookupRole: { arn: lookupRoleArn, assumeRoleExternalId: 'Ext-(7)' } });
    aws.sts.trusts = what === 'external id';
    const { err } = await bench.run('update');
    aws.sts.trusts = true;
    expect(err).toEqual([expect.stringContaining('is denied (you sent ***, or ***)')]);
  });

  test('takes credentials of a profile', async () => {
    bench.writeContext({ [keyOf('v1')]: OLD });
    const { code, err } = await bench.run('update', '--profile', 'none');
    expect([code, err]).toEqual([1, [expect.stringMatching(/^no AWS credentials that work for account 123456789012 with profile 'none'/)]]);
  });
});

describe('verify', () => {
  const lock = (images: Record<string, Image>) =>
    bench.writeContext(Object.fromEntries(Object.entries(images).map(([tag, { digest, mediaType }]) => [keyOf(tag), { digest, mediaType }])));

  /** The emulator forgets images without a tag. */
  async function keep(image: Image): Promise<void> {
    await pushImage(aws.ecr, repository, image, `kept-${image.digest.slice(-8)}`);
  }

  async function moveTag(tag: string, from: Image): Promise<Image> {
    await keep(from);
    return (await aws.push(repository, tag))[0];
  }

  test('is content with one call when everything is as locked', async () => {
    const [v1, v2] = await aws.push(repository, 'v1', 'v2');
    lock({ v1, v2 });
    expect(await bench.run('verify')).toEqual({ code: 0, out: ['2 pins can be pulled', NOT_COMPARED], err: [] });
    expect(aws.asked).toEqual(['DescribeImages']);
  });

  test('warns of tags that moved, and fails with --strict', async () => {
    const [v1, v2] = await aws.push(repository, 'v1', 'v2');
    const moved = await moveTag('v1', v1);
    lock({ v1, v2 });
    const message = `'${repository}:v1' ${PLACE} now means ${short(moved)}, not ${short(v1)} as locked; take it over with: npx cdk-image-lock update '${keyOf('v1')}'`;
    expect(await bench.run('verify')).toEqual({ code: 0, out: ['2 pins can be pulled, the tags of 1 mean something else by now', NOT_COMPARED], err: [`warning: ${message}`] });
    expect(await bench.run('verify', '--strict')).toEqual({ code: 1, out: [], err: [message, '1 problem with 2 pins'] });
    const finding = { key: keyOf('v1'), kind: 'tag-moved', message, locked: v1.digest, current: moved.digest };
    expect(await bench.json('verify')).toEqual({
      code: 0, data: { app: null, checked: [keyOf('v1'), keyOf('v2')], problems: [], warnings: [finding], unused: [] }, err: [],
    });
    expect((await bench.json('verify', '*:v1', '--strict')).data).toEqual({ app: null, checked: [keyOf('v1')], problems: [finding], warnings: [], unused: [] });
  });

  test('is strict with the pins that patterns mean', async () => {
    const [v1, v2] = await aws.push(repository, 'v1', 'v2');
    await moveTag('v1', v1);
    await moveTag('v2', v2);
    lock({ v1, v2 });
    const { code, data } = await bench.json('verify', '--strict', '*:v2', 'image-digest:*:v2');
    expect([code, data.problems, data.warnings]).toEqual([1, [expect.objectContaining({ key: keyOf('v2') })], [expect.objectContaining({ key: keyOf('v1') })]]);
    expect((await bench.run('verify', '--strict', '*:v2')).err.at(-1)).toBe('1 problem and 1 warning with 2 pins');
    expect((await bench.run('verify', '--strict', 'none')).code).toBe(2);
    expect((await bench.run('verify', '*:v1', '--strict', '*:v2')).code).toBe(2);
  });

  test('warns of tags that are gone while the image is there', async () => {
    const [v1] = await aws.push(repository, 'v1', 'other');
    await keep(v1);
    await aws.ecr.send(new BatchDeleteImageCommand({ repositoryName: repository, imageIds: [{ imageTag: 'v1' }] }));
    lock({ v1 });
    const message = expect.stringMatching(`^(warning: )?the tag of '${repository}:v1' .* does not exist any more, the locked image does \\(${short(v1)}\\)`);
    expect(await bench.run('verify')).toEqual({ code: 0, out: [expect.any(String), NOT_COMPARED], err: [message] });
    expect(await bench.run('verify', '--strict')).toEqual({ code: 1, out: [], err: [message, '1 problem with 1 pin'] });
  });

  test('fails for images that do not exist any more, each on its own', async () => {
    const tags = ['v1', 'v2', 'v3', 'v4', 'v5'];
    const images = await aws.push(repository, ...tags);
    await moveTag('v1', images[0]);
    lock({ ...Object.fromEntries(tags.map((tag, position) => [tag, images[position]])), v4: singleManifest('never there'), none: singleManifest('nor this') });
    await aws.ecr.send(new BatchDeleteImageCommand({ repositoryName: repository, imageIds: [{ imageDigest: images[2].digest }] }));
    const gone = (tag: string, image: Image) =>
      `the image that is locked for '${repository}:${tag}' ${PLACE} does not exist any more (${short(image)}); push it again, or take another with: npx cdk-image-lock update '${keyOf(tag)}'`;
    const { code, err } = await bench.run('verify');
    expect(code).toBe(1);
    expect(err).toEqual([
      expect.stringContaining(`'${repository}:v1' ${PLACE} now means`),
      gone('v3', images[2]), gone('v4', singleManifest('never there')), gone('none', singleManifest('nor this')), '3 problems and 1 warning with 6 pins',
    ]);
  });

  test('warns where the tag of a platform is a single image by now, and the locked one is there', async () => {
    await aws.push(repository, 'other');
    const [image, single] = [index('linux/arm64'), singleManifest('single')];
    await pushIndex(aws.ecr, repository, image, 'kept');
    await pushImage(aws.ecr, repository, single, 'v1');
    const { key } = ecrRequest(repository, 'v1', { platform: 'linux/arm64' });
    const [{ digest }] = image.children;
    bench.writeContext({ [key]: { digest } });
    const message = expect.stringMatching(`^(warning: )?the tag of '${repository}:v1' .* has moved on to an image without it, the locked image is there \\(${digest.slice(0, 19)}\\): .* is a single image`);
    expect(await bench.run('verify')).toMatchObject({ code: 0, err: [message] });
    expect(await bench.run('verify', '--strict')).toMatchObject({ code: 1, err: [message, '1 problem with 1 pin'] });
    bench.writeContext({ [key]: OLD });
    expect(await bench.run('verify')).toMatchObject({ code: 1, err: [expect.stringContaining('does not exist any more'), '1 problem with 1 pin'] });
  });

  test('looks at the image of a platform as well', async () => {
    await aws.push(repository, 'other');
    const image = index('linux/amd64', 'linux/arm64');
    await pushIndex(aws.ecr, repository, image, 'v1');
    const { key } = ecrRequest(repository, 'v1', { platform: 'linux/arm64' });
    bench.writeContext({ [key]: { digest: image.children[1].digest } });
    expect((await bench.run('verify')).out).toEqual(['1 pin can be pulled', NOT_COMPARED]);
    expect(aws.asked).toEqual(['DescribeImages', 'BatchGetImage', 'DescribeImages']);
  });

  test('looks at hundreds of digests in batches of 100', async () => {
    await aws.push(repository, 'moved');
    const platforms = Array.from({ length: 120 }, (_, position) => `linux/arch${position}`);
    const image = index(...platforms);
    await pushIndex(aws.ecr, repository, image, 'v1');
    bench.writeContext(Object.fromEntries(platforms.map((platform, position) =>
      [ecrRequest(repository, 'v1', { platform }).key, { digest: image.children[position].digest }])));
    expect((await bench.run('verify')).out).toEqual(['120 pins can be pulled', NOT_COMPARED]);
    expect(aws.asked).toEqual(['DescribeImages', 'BatchGetImage', 'DescribeImages', 'DescribeImages']);
  });

  test('fails for what the app asks for and the lock lacks', async () => {
    const [v1] = await aws.push(repository, 'v1', 'v2');
    bench.writeContext({ [keyOf('v1')]: { digest: v1.digest }, [keyOf('v3')]: 'broken' });
    bench.writeAssembly({ missing: [ecrRequest(repository, 'v2')], locked: [ecrRequest(repository, 'v1', { requirePlatforms: ['linux/amd64'] })] });
    expect(await bench.run('verify')).toEqual({
      code: 1,
      out: [],
      err: [
        `'${repository}:v1' ${PLACE} is locked without the required platform linux/amd64; run: npx cdk-image-lock update '${keyOf('v1')}'`,
        expect.stringMatching(`^'${repository}:v3' .* cannot be used: it is "broken"; expected an object`),
        `'${repository}:v2' ${PLACE} is not in the lock, and the app asks for it; run: npx cdk-image-lock update '${keyOf('v2')}'`,
        '3 problems with 3 pins',
      ],
    });
  });

  test('is content with a lock that has the required platforms', async () => {
    await aws.push(repository, 'other');
    const image = index('linux/amd64', 'linux/arm64/v8');
    await pushIndex(aws.ecr, repository, image, 'v1');
    bench.writeContext({ [keyOf('v1')]: { digest: image.digest, platforms: ['linux/amd64', 'linux/arm64/v8'] } });
    bench.writeAssembly({ locked: [ecrRequest(repository, 'v1', { requirePlatforms: ['linux/arm64'], digest: image.digest })] });
    expect(await bench.run('verify')).toEqual({ code: 0, out: ['1 pin can be pulled'], err: [] });
  });

  test('fails when the lock records platforms that the image does not have', async () => {
    await aws.push(repository, 'other');
    const image = index('linux/amd64');
    await pushIndex(aws.ecr, repository, image, 'v1');
    bench.writeContext({ [keyOf('v1')]: { digest: image.digest, platforms: ['linux/amd64', 'linux/arm64'] } });
    expect(await bench.run('verify')).toEqual({
      code: 1,
      out: [],
      err: [`'${repository}:v1' ${PLACE} is locked with platform linux/arm64, which its image does not have; `
        + `look it up again with: npx cdk-image-lock update '${keyOf('v1')}'`, '1 problem with 1 pin'],
    });
    await aws.spoil({ fault: { error: 'AccessDeniedException', message: 'no' }, operation: 'BatchGetImage' });
    expect((await bench.run('verify')).err).toEqual([expect.stringContaining('ecr:BatchGetImage'), '1 problem with 1 pin']);
  });

  test('fails when it cannot look', async () => {
    const [v1] = await aws.push(repository, 'v1');
    lock({ v1, v2: v1 });
    await aws.spoil({ fault: { error: 'AccessDeniedException', message: 'no' } });
    expect((await bench.run('verify')).err).toEqual([
      ...['v1', 'v2'].map(tag => expect.stringMatching(`^ecr:DescribeImages for '${repository}:${tag}' .* is denied`)), '2 problems with 2 pins',
    ]);
  });

  describe('of other registries', () => {
    let registry: OciStandIn;

    beforeEach(async () => {
      registry = await startOciStandIn();
    });

    afterEach(() => registry.stop());

    test('looks at digests where tags mean something else', async () => {
      const [one, two, three] = ['1', '2', '3'].map(seed => singleManifest(seed).digest);
      const tags: Record<string, string> = { same: one, moved: two, gone: three, denied: one };
      bench.writeContext(Object.fromEntries(Object.entries(tags).map(([tag, digest]) => [ociRequest(registry.host, 'base', tag).key, { digest }])));
      registry.images.set('base:same', one).set('base:moved', one).set(`base:${two}`, two).set('base:denied', two).set(`base:${one}`, 403);
      const { code, err } = await bench.run('verify');
      expect(code).toBe(1);
      expect(err).toEqual([
        expect.stringMatching(/base:moved' now means/),
        expect.stringMatching(/^the image that is locked for '127\.0\.0\.1:\d+\/base:gone' does not exist any more/),
        expect.stringMatching(/refuses .*HTTP 403/),
        '2 problems and 1 warning with 4 pins',
      ]);
    });
  });
});
