import { ECRClient, ECRClientConfig } from '@aws-sdk/client-ecr';
import { sleep } from './handle-event';
import { EcrRepositoryName } from '../../names/repository-name';
import { quote } from '../../registry-client/quote';
import { ResolutionError } from '../../registry-client/resolution-error';
import { retry } from '../../registry-client/retry';

const REGISTRY_BUSY = 60_000;

/** How long each kind of trouble is waited out. New permissions of the function's role may take some seconds to be known everywhere. */
export const TROUBLE = { missing: 0, denied: 30_000, busy: REGISTRY_BUSY, unreachable: REGISTRY_BUSY, final: 0 };

/** Beyond the waiting, whatever kinds of trouble follow each other. */
export const LONGEST_TROUBLE = 120_000;

/** Leaves room for the advice, and for other images, in the 4,096 bytes that CloudFormation takes. */
const LONGEST_FAILURE = 900;

/** A client that leaves retries to `patiently`. */
export function ecrClient({ region }: EcrRepositoryName, config: Pick<ECRClientConfig, 'credentials'> = {}): ECRClient {
  return new ECRClient({
    region,
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
    ...config,
  });
}

/** How long something may take. */
export interface Patience {
  /** For an image that is not there. */
  readonly waitSeconds: number;
  /** When to give up in any case. */
  readonly deadline: number;
}

/** Asks ECR again while it, or the way to it, has trouble that passes. */
export function patiently<T>(ask: () => Promise<T>, { waitSeconds, deadline }: Patience): Promise<T> {
  return retry(ask, {
    limits: { ...TROUBLE, missing: 1_000 * waitSeconds },
    deadline: Math.min(deadline, Date.now() + 1_000 * waitSeconds + LONGEST_TROUBLE),
    now: Date.now,
    sleep,
  });
}

/** Adds to what ECR refuses what to do about it. */
export async function withAdvice<T>(ask: () => Promise<T>, adviceFor: (error: ResolutionError) => string): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw error instanceof ResolutionError ? new Error(`${quote(error.message, LONGEST_FAILURE)}; ${adviceFor(error)}`) : error;
  }
}
