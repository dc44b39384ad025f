import { DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { DeployedStack } from './deploy';
import { EMULATOR_ACCOUNT } from './environment';

/**
 * What is known when a template is evaluated: by logical id or pseudo parameter for `Ref`, by `<logical id>.<attribute>` for
 * `Fn::GetAtt`.
 */
export type KnownValues = Record<string, string>;

/**
 * What a deployed stack knows of itself and of its repositories.
 */
export async function deployedValues(ecr: ECRClient, { physicalIds }: DeployedStack): Promise<KnownValues> {
  const known: KnownValues = {
    'AWS::AccountId': EMULATOR_ACCOUNT,
    'AWS::Region': await ecr.config.region(),
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
  };
  const { repositories = [] } = await ecr.send(new DescribeRepositoriesCommand({}));
  for (const [id, repositoryName] of Object.entries(physicalIds)) {
    const repository = repositories.find((candidate) => candidate.repositoryName === repositoryName);
    if (repository) Object.assign(known, { [id]: repositoryName, [`${id}.Arn`]: repository.repositoryArn });
  }
  return known;
}

/**
 * A piece of a template with its intrinsic functions carried out, as CloudFormation would.
 */
export function evaluate(value: unknown, known: KnownValues): any {
  if (Array.isArray(value)) return value.map((element) => evaluate(element, known));
  if (typeof value !== 'object' || value === null) return value;

  const entries = Object.entries(value).map(([key, operand]) => [key, evaluate(operand, known)]);
  const [name, operand] = entries[0] ?? [];
  switch (name) {
    case 'Ref': return lookUp(operand, known);
    case 'Fn::GetAtt': return lookUp(operand.join('.'), known);
    case 'Fn::Join': return operand[1].join(operand[0]);
    case 'Fn::Split': return operand[1].split(operand[0]);
    case 'Fn::Select': return operand[1][Number(operand[0])];
    default: return Object.fromEntries(entries);
  }
}

function lookUp(name: string, known: KnownValues): string {
  if (!(name in known)) throw new Error(`'${name}' is not known; there is ${Object.keys(known).join(', ')}`);
  return known[name];
}
