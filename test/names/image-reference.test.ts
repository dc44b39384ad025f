import { parseEcrHost, parseImageReference } from '../../src/names/image-reference';

const DIGEST = `sha256:${'a'.repeat(64)}`;

test.each([
  ['nginx', 'docker.io', 'library/nginx', 'latest'],
  ['nginx:1.27', 'docker.io', 'library/nginx', '1.27'],
  ['library/nginx:1.27', 'docker.io', 'library/nginx', '1.27'],
  ['docker.io/nginx:1.27', 'docker.io', 'library/nginx', '1.27'],
  ['index.docker.io/library/nginx:1.27', 'docker.io', 'library/nginx', '1.27'],
  ['registry-1.docker.io/library/nginx:1.27', 'docker.io', 'library/nginx', '1.27'],
  ['DOCKER.IO/library/nginx:1.27', 'docker.io', 'library/nginx', '1.27'],
  ['a.b', 'docker.io', 'library/a.b', 'latest'],
  ['localhost', 'docker.io', 'library/localhost', 'latest'],
  ['grafana/grafana:11', 'docker.io', 'grafana/grafana', '11'],
  ['public.ecr.aws/nginx/nginx:1.27', 'public.ecr.aws', 'nginx/nginx', '1.27'],
  ['localhost/a', 'localhost', 'a', 'latest'],
  ['localhost:5000/a/b:c', 'localhost:5000', 'a/b', 'c'],
  ['Registry/a', 'registry', 'a', 'latest'],
  ['[::1]:5000/a:b', '[::1]:5000', 'a', 'b'],
  ['ghcr.io/o/a__b.c-d:V_1', 'ghcr.io', 'o/a__b.c-d', 'V_1'],
])('%s', (reference, host, repositoryName, tag) => {
  expect(parseImageReference(reference)).toEqual({ host, repositoryName, tag });
});

test('a digest is read, with or without a tag', () => {
  expect(parseImageReference(`nginx@${DIGEST}`)).toEqual({ host: 'docker.io', repositoryName: 'library/nginx', tag: 'latest', digest: DIGEST });
  expect(parseImageReference(`ghcr.io/a/b:1@${DIGEST}`)).toEqual({ host: 'ghcr.io', repositoryName: 'a/b', tag: '1', digest: DIGEST });
});

test.each([
  ['', /'' is not an image reference; expected '\[host\/\]repository\[:tag\]'/],
  [undefined, /'undefined' is not an image reference; expected/],
  ['Nginx', /repository in lower case/],
  ['ghcr.io/', /expected/],
  ['ghcr.io//a', /expected/],
  ['https://ghcr.io/a/b', /expected/],
  ['a b', /expected/],
  ['a@b@c', /expected/],
  [`a@${DIGEST}@${DIGEST}`, /expected '\[host/],
  ['-bad.io/a', /expected/],
  ['nginx:', /'' is not an image tag/],
  ['nginx:-x', /'-x' is not an image tag/],
  ['nginx@sha256:zz', /'sha256:zz' is not an image digest/],
  ['nginx\n', /expected/],
])('%j is refused', (reference, message) => {
  expect(() => parseImageReference(reference)).toThrow(message);
});

test.each([
  ['123456789012.dkr.ecr.eu-west-1.amazonaws.com', '123456789012', 'eu-west-1'],
  ['123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com', '123456789012', 'us-gov-west-1'],
  ['123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn', '123456789012', 'cn-north-1'],
  ['123456789012.dkr-ecr.eu-west-1.on.aws', '123456789012', 'eu-west-1'],
])('%s is a host of Amazon ECR', (host, account, region) => {
  expect(parseEcrHost(host)).toEqual({ account, region });
});

test.each(['public.ecr.aws', 'docker.io', '123.dkr.ecr.eu-west-1.amazonaws.com', '0123456789012.dkr.ecr.eu-west-1.amazonaws.com'])('%s is not', host => {
  expect(parseEcrHost(host)).toBeUndefined();
});
