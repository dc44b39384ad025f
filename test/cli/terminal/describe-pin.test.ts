import { describePin } from '../../../src/cli/terminal/describe-pin';

const ECR = 'image-digest:123456789012:eu-west-1:team%2Fapi:v1.2';
const OCI = 'image-digest:oci:public.ecr.aws:nginx%2Fnginx:1.27:linux%2Farm64';

test.each([
  [ECR, "'team/api:v1.2' (account 123456789012, Region eu-west-1)"],
  [`${ECR}:linux%2Famd64`, "'team/api:v1.2' (account 123456789012, Region eu-west-1, linux/amd64)"],
  [OCI, "'public.ecr.aws/nginx/nginx:1.27' (linux/arm64)"],
  ['image-digest:oci:docker.io:library%2Fnginx:1', "'docker.io/library/nginx:1'"],
  ['image-digest:what', "'image-digest:what'"],
])('%s is described as %s', (key, description) => {
  expect(describePin(key)).toBe(description);
});
