/** Why some findings are accepted. */
export interface Reason {
  /** Names of columns. */
  readonly where: string[];
  /** As the scanners write them. */
  readonly rules: string[];
  /** To be given with each suppression. */
  readonly because: string;
  /** What passes the rule. */
  readonly instead: string;
}

const ofPacks = (rule: string, ...packs: string[]) => packs.map(pack => `${pack}-${rule}`);
const [HIPAA, NIST, PCI] = ['HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321'];

export const REASONS: Reason[] = [
  {
    where: ['release', 'mutableTags', 'protected', 'companion'],
    rules: ['ECR.5', 'CKV_AWS_136', 'AWS-0033'],
    because: 'the images are encrypted with keys that AWS manages; nothing that we have to follow asks for a key of our own',
    instead: 'give `encryptionKey`, which costs money and is one more thing that can keep an image from being pulled',
  },
  {
    where: ['mutableTags'],
    rules: ['ECR.2', 'CKV_AWS_51', 'AWS-0031'],
    because: 'only the tags of branches can be moved; what is deployed is named by its digest',
    instead: 'give `devCompanion` in place of `mutableTags`',
  },
  {
    where: ['protected'],
    rules: ['CKV_AWS_32'],
    because: 'the statement denies, and names everybody for that; it lets nobody do anything',
    instead: 'leave `deletionProtection` out',
  },
  {
    where: ['companion'],
    rules: ['ECR.2', 'CKV_AWS_51', 'AWS-0031'],
    because: 'tags are moved here so that they need not be in the release repository beside it; nothing is deployed from here by its tag',
    instead: 'leave `devCompanion` out',
  },
  {
    where: ['resolver', 'gates', 'marks', 'configured'],
    rules: ['CKV_AWS_116', ...ofPacks('LambdaDLQ', HIPAA, NIST)],
    because: 'CloudFormation waits for the answer, and a failure fails the deployment, so that nobody would read a queue',
    instead: 'nothing does',
  },
  {
    where: ['resolver', 'gates', 'marks'],
    rules: ['CKV_AWS_117', ...ofPacks('LambdaInsideVPC', HIPAA, NIST, PCI)],
    because: 'it asks the API of Amazon ECR and answers CloudFormation, and nothing of ours is in a VPC',
    instead: 'give `vpc` to `CustomResourceFunctions.configure`',
  },
  {
    where: ['resolver', 'gates', 'marks'],
    rules: ['CKV_AWS_115', ...ofPacks('LambdaConcurrency', HIPAA, NIST)],
    because: 'it runs during deployments only, once for each custom resource',
    instead: 'give `reservedConcurrentExecutions` to `CustomResourceFunctions.configure`',
  },
  {
    where: ['resolver', 'gates', 'marks'],
    rules: ['CKV_AWS_158', 'AWS-0017', ...ofPacks('CloudWatchLogGroupEncrypted', HIPAA, NIST, PCI)],
    because: 'the log names repositories, tags and digests, and no secrets',
    instead: 'give an encrypted `logGroup` to `CustomResourceFunctions.configure`',
  },
  {
    where: ['resolver', 'gates', 'marks', 'configured'],
    rules: ['AWS-0066'],
    because: 'it makes few calls, and its log says how they went',
    instead: 'nothing does',
  },
  {
    where: ['resolver', 'gates', 'marks', 'configured'],
    rules: ofPacks('IAMNoInlinePolicy', HIPAA, NIST, PCI),
    because: 'the policy is for this one role, and is made and deleted along with it',
    instead: 'nothing does',
  },
  {
    where: ['configured'],
    rules: ['CKV_AWS_111', 'AwsSolutions-IAM5[Resource::*]'],
    because: 'Amazon EC2 lets a function in a VPC manage its network interfaces by no narrower resource',
    instead: 'leave `vpc` out',
  },
  {
    where: ['gates'],
    rules: ['AwsSolutions-IAM5[Resource::*]'],
    because: 'Amazon Inspector hands over its findings by no narrower resource, and these two actions only read',
    instead: 'give a `role` to each `ImageGate.scanned`',
  },
  {
    where: ['configured'],
    rules: ['AWS-0104'],
    because: 'its security group lets nothing in, and the addresses of AWS APIs are not known beforehand',
    instead: 'give `securityGroups` to `CustomResourceFunctions.configure`',
  },
  {
    where: ['configured'],
    rules: ['W3005'],
    because: 'the function is deleted before the routes by which it answers, which not all of its references say',
    instead: 'give a VPC of another stack',
  },
  {
    where: ['registry'],
    rules: ['*', 'team-a/*'].map(name => `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ecr:<AWS::Region>:<AWS::AccountId>:repository/${name}]`),
    because: 'with this role ECR makes repositories that are not there yet, by whatever name has the prefix of the template',
    instead: 'leave tags and a key out of the templates, which then have no role',
  },
  {
    where: ['registry'],
    rules: ofPacks('IAMNoInlinePolicy', HIPAA, NIST, PCI),
    because: 'the policy is for this one role, and stays and goes along with it',
    instead: 'leave tags and a key out of the templates, which then have no role',
  },
];

/** The reasons for what is found in a column, by rule. */
export function reasonsFor(column: string): Record<string, string> {
  const reasons = REASONS.filter(({ where }) => where.includes(column));
  return Object.fromEntries(reasons.flatMap(({ rules, because }) => rules.map(rule => [rule, because])));
}
