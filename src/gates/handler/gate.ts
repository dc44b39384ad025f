import { ECRClient } from '@aws-sdk/client-ecr';
import { NewImages } from '../../custom-resource/handler/image-list';
import { Clock } from '../../registry-client/retry';

/** What a gate is asked for, with what the template says about it. */
export type GateRequest = Pick<NewImages, 'repository' | 'properties' | 'waitSeconds'>;

/** With what a gate asks. */
export interface GateContext extends Clock {
  readonly client: ECRClient;
  /** When there is no time left, in milliseconds as of `now`. */
  readonly deadline: number;
}

/** Judges the image with a digest: returns what it found out in some 200 characters of JSON, or throws why the image is refused. */
export type Gate = (digest: string, context: GateContext) => Promise<object>;
