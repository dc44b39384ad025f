import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';

/**
 * How a Lambda function behind custom resources runs, for accounts with rules for every function.
 */
export interface CustomResourceFunctionOptions {
  /**
   * Run the function in this VPC.
   *
   * From there it has to reach the API of Amazon ECR in each Region whose images are pinned, and Amazon S3, where CloudFormation waits for
   * the answer: by a NAT gateway, or in its own Region by the endpoints `ecr.api` and `s3` (for gates with a role also `sts`), with
   * [the buckets of CloudFormation](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/vpc-interface-endpoints.html)
   * in the policy of the latter. Without a way to S3, each custom resource fails by its time limit, also when it is deleted. The VPC
   * is one of the stack's account and Region; when it is of the same stack, the function is made after its endpoints and goes before them.
   * The function's role may manage network interfaces then, on all resources, and deleting the stack takes the minutes that Lambda
   * needs to give them back.
   *
   * @default - not in a VPC
   */
  readonly vpc?: ec2.IVpc;

  /**
   * The subnets of the VPC to run in. Needs `vpc`.
   *
   * @default - the private ones
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The security groups of the function. Needs `vpc`.
   *
   * @default - a new one, which lets everything out and nothing in
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * Where the function writes its log.
   *
   * @default - a log group of the stack, kept for a month and deleted along with the stack
   */
  readonly logGroup?: logs.ILogGroup;

  /**
   * The key that encrypts the function's environment variables. It has none; this is for rules that want a key on every function.
   *
   * @default - a key that AWS Lambda manages
   */
  readonly environmentEncryption?: kms.IKey;

  /**
   * How many custom resources the function of each stack works on at a time, 1 or more, taken from what the account has for all functions
   * in the Region. AWS Lambda wants 100 to be left for functions that reserve none.
   *
   * Other resources wait in the queue of AWS Lambda, which comes back to them more and more slowly, and their time limit goes on: 15 minutes,
   * and the longest `waitForImage`, or `wait` of a gate, of the stack. In simulations with 10 at a time, 400 of them were done in 2 minutes where each takes a
   * second, and usually in 8, at worst in 12 where each takes 5.
   *
   * @default - none are reserved
   */
  readonly reservedConcurrentExecutions?: number;

  /**
   * The runtime, `nodejs22.x` or a newer one of Node.js.
   *
   * @default - the latest of Node.js in the stack's Region, as this release of the CDK knows it
   */
  readonly runtime?: lambda.Runtime;
}
