import { join } from 'node:path';
import { AwsEndpoints, AwsEnvironment, fullEnvironment } from './account-clients';
import { ensurePythonEnvironment } from './python-environment';
import { runProcess } from './run-process';

export interface JudgedRequest {
  readonly operation: string;
  readonly parameters: object;
}

export interface Judgement {
  /** As it was sent. */
  readonly answer: any;
  /** What is not as AWS's model of ECR has it: members, types, enumerations, errors. */
  readonly problems: string[];
}

/** Asks ECR one after the other by Python's SDK, as the root user, and holds what is sent back against the model that the SDK has of it. */
export async function judgeEcr({ ecrEndpoint }: AwsEndpoints, requests: JudgedRequest[], environment?: AwsEnvironment): Promise<Judgement[]> {
  const python = await ensurePythonEnvironment(() => {});
  const asked = JSON.stringify({ ...fullEnvironment(environment), endpoint: ecrEndpoint, requests });
  const { code, stdout, stderr } = await runProcess(python, [join(__dirname, 'judge_ecr.py'), asked], {});
  if (code !== 0) throw new Error(`judge_ecr.py ended with ${code}; expected 0:\n${stderr}`);
  return JSON.parse(stdout);
}
