import { failedWith, pinOf, REPOSITORY, resolvedTo, ResolverBench } from './resolver-bench';
import { pushImage, singleManifest } from '../../emulator/images';

const bench = new ResolverBench();

const image = singleManifest('image');

const DENIED = {
  error: 'AccessDeniedException',
  message: 'User: arn:aws:sts::123456789012:assumed-role/resolver/function is not authorized to perform this on the resource',
};

beforeAll(() => pushImage(bench.ecr, REPOSITORY, image, '1.0.0'));

describe('a registry that recovers', () => {
  test.concurrent.each([
    ['throttles', { error: 'ThrottlingException', message: 'Rate exceeded' }, 2],
    ['throttles with HTTP 429', { error: 'TooManyRequestsException', message: 'Rate exceeded', status: 429 }, 1],
    ['cuts the connection', 'cut' as const, 1],
    ['has an internal error', { error: 'ServerException', message: 'internal error', status: 500 }, 2],
    ['has not heard of new permissions', DENIED, 2],
  ])('is asked again when it %s', async (_, fault, times) => {
    const { answer, asked } = await bench.create(pinOf('1.0.0'), { fault, times });
    expect(answer).toEqual(resolvedTo(image.digest));
    expect(asked).toEqual(Array(times + 1).fill('DescribeImages'));
  });
});

describe('a registry that does not recover', () => {
  /** One second to ask; the rest is kept for the answer. */
  const remainingMs = 31_000;

  test.concurrent.each([
    ['denies access', DENIED, ['ecr:DescribeImages', 'is denied', 'assumed-role/resolver/function', 'aws ecr get-repository-policy']],
    ['throttles', { error: 'ThrottlingException', message: 'Rate exceeded' }, ['ThrottlingException', 'Rate exceeded']],
    ['cuts connections', 'cut' as const, ['socket hang up']],
  ])('fails the deployment with a reason in time when it %s', async (_, fault, words) => {
    const { answer } = await bench.create(pinOf('1.0.0'), { fault, remainingMs });
    expect(answer).toEqual(failedWith('1.0.0', ...words));
  });

  test.concurrent('fails the deployment with the action that is denied', async () => {
    const { answer } = await bench.create(pinOf('1.0.0', { Platform: 'linux/arm64' }), { fault: DENIED, operation: 'BatchGetImage', remainingMs });
    expect(answer).toEqual(failedWith('1.0.0', 'ecr:BatchGetImage', 'is denied'));
  });

  test.concurrent('fails the deployment at once when asking again does not help', async () => {
    const fault = { error: 'KmsException', message: 'the key is disabled' };
    const { answer, asked } = await bench.create(pinOf('1.0.0'), { fault });
    expect(answer).toEqual(failedWith('1.0.0', 'KmsException', 'the key is disabled'));
    expect(asked).toEqual(['DescribeImages']);
  });

  test.concurrent('fails the deployment with a shortened reason when the registry has a long one', async () => {
    const fault = { error: 'KmsException', message: 'ä"\n'.repeat(3_000) };
    const { answer } = await bench.create(pinOf('1.0.0'), { fault });
    expect(answer).toEqual(failedWith('1.0.0', 'KmsException', '…'));
  });

  test.concurrent('fails the deployment in time when it does not answer at all', async () => {
    const { answer } = await bench.create(pinOf('1.0.0'), { fault: 'hang', remainingMs });
    expect(answer).toEqual(failedWith('1.0.0', 'ecr:DescribeImages'));
  });
});

test.concurrent('a registry that does not end its answer fails the deployment in time', async () => {
  const { answer } = await bench.create(pinOf('1.0.0'), { fault: 'stall', remainingMs: 31_000 });
  expect(answer).toEqual(failedWith('1.0.0', 'ecr:DescribeImages', 'no whole answer within 10 seconds'));
});

test.concurrent('a registry that does not end its answer once is asked again', async () => {
  const { answer, asked } = await bench.create(pinOf('1.0.0'), { fault: 'stall', times: 1 });
  expect(answer).toEqual(resolvedTo(image.digest));
  expect(asked).toEqual(['DescribeImages', 'DescribeImages']);
});

describe('the answer', () => {
  test.concurrent('is sent again when CloudFormation does not take it', async () => {
    const { answer, requests, asked } = await bench.create(pinOf('1.0.0'), { answerStatuses: [503, 500] });
    expect(answer).toEqual(resolvedTo(image.digest));
    expect(requests.map(({ body }) => body)).toEqual(Array(3).fill(requests[0].body));
    expect(asked).toEqual(['DescribeImages']);
  });

  test.concurrent('is given up without a word about its address', async () => {
    const { requests, log } = await bench.create(pinOf('1.0.0'), { answerStatuses: Array(100).fill(403) });
    expect(requests.length).toBeGreaterThan(1);
    expect(log).toContain('could not answer CloudFormation');
    expect(log).toContain('HTTP 403');
  });
});
